// @ts-check
import { createHash, timingSafeEqual } from 'node:crypto';

export const API_KEY = 'bench-api-key-0123456789';

const ACCEPTED = createHash('sha256').update(API_KEY).digest();

/**
 * The check that every contestant makes: SHA-256 of the key, compared in constant time.
 *
 * @param {import('node:http').IncomingHttpHeaders} headers
 */
export function isAdmitted(headers) {
  const key = headers['x-api-key'];
  if (typeof key !== 'string') return false;
  return timingSafeEqual(createHash('sha256').update(key).digest(), ACCEPTED);
}
