import { randomBytes, randomInt } from 'node:crypto';

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const ID_LENGTH = 22;

/** An identifier in the vendor's form, e.g. `a8gWRVzSiNfu5PQjRpt1k7`. */
export function randomId(): string {
  return Array.from({ length: ID_LENGTH }, () => BASE58.charAt(randomInt(BASE58.length))).join('');
}

/** The hash of a transaction that does not exist. */
export function randomTransactionHash(): string {
  return `0x${randomBytes(32).toString('hex')}`;
}
