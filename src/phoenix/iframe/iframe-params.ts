import { z } from 'zod';
import { isEvmAddress } from './evm-address.js';

/** The one parameter that only this library sets. */
export const ACCESS_TOKEN_PARAM = 'access_token';

/** More parameters than this are a mistake, and a URL too long for some servers. */
const MOST_PARAMS = 32;

const iframeParamName = z
  .string()
  .regex(/^[A-Za-z0-9_]{1,64}$/, 'is not a parameter name: 1 to 64 letters, digits or underscores')
  .refine(
    (name) => name !== ACCESS_TOKEN_PARAM,
    'is reserved: the access token is set by the backend',
  );

const iframeParamValue = z
  .string('must be given once, as text')
  .max(512, 'is longer than 512 characters');

/**
 * A parameter that was refused, and why.
 *
 * @publicApi
 */
export interface InvalidParam {
  readonly name: string;
  readonly reason: string;
}

/**
 * How `address` is checked: `evm` demands an EVM address with a right EIP-55 checksum
 * when mixed-case, `any` nothing, since chains beyond EVM are not documented.
 */
export type AddressFormat = 'evm' | 'any';

export interface ParamRules {
  readonly addressFormat: AddressFormat;
}

/** Finds what is wrong with iframe parameters; an empty list means that they may be used. */
export function invalidParams(
  params: Readonly<Record<string, unknown>>,
  rules: ParamRules,
): InvalidParam[] {
  const names = Object.keys(params);
  if (names.length > MOST_PARAMS) {
    return [{ name: '*', reason: `there are more than ${MOST_PARAMS} parameters` }];
  }
  return names.flatMap((name) => {
    const reason = reasonAgainst(name, params[name], rules);
    return reason === undefined ? [] : [{ name: name.slice(0, 64), reason }];
  });
}

function reasonAgainst(name: string, value: unknown, rules: ParamRules): string | undefined {
  const checked = iframeParamName.safeParse(name);
  if (!checked.success) return checked.error.issues[0]?.message;
  const text = iframeParamValue.safeParse(value);
  if (!text.success) return text.error.issues[0]?.message;
  switch (name) {
    case 'address':
      if (rules.addressFormat === 'any' || isEvmAddress(text.data)) return undefined;
      return 'is not an EVM address: 0x and 40 hex digits, with a right EIP-55 checksum when mixed-case';
    case 'shareOn':
      return /^(true|false)$/.test(text.data) ? undefined : 'must be true or false';
    default:
      return undefined;
  }
}
