import { z } from 'zod';
import { isEvmAddress } from './evm-address.js';
import { rightSpelling, spellingsOf, type Spellings } from './param-spelling.js';
import { amountProblem, type AmountLimits } from './usd-amount.js';
import { NAMES_WITH_MEANING, RESERVED_PARAMS, SHARE_PARAM } from './vendor-params.js';

/** More parameters than this are a mistake, and a URL too long for some servers. */
const MOST_PARAMS = 32;

const iframeParamName = z
  .string()
  .regex(/^[A-Za-z0-9_]{1,64}$/, 'is not a parameter name: 1 to 64 letters, digits or underscores');

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

export interface ParamRules extends AmountLimits {
  readonly addressFormat: AddressFormat;
  /** Whether `shareOn` may be `true`. */
  readonly paymentLinks: boolean;
}

/** Finds what is wrong with iframe parameters; an empty list means that they may be used. */
export function invalidParams(
  params: Readonly<Record<string, unknown>>,
  rules: ParamRules,
  spellings: Spellings,
): InvalidParam[] {
  const names = Object.keys(params);
  if (names.length > MOST_PARAMS) {
    return [{ name: '*', reason: `there are more than ${MOST_PARAMS} parameters` }];
  }
  return findingsAbout(
    names,
    (name) => nameProblem(name, spellings) ?? valueProblem(name, params[name], rules),
  );
}

/**
 * Finds what is wrong with the query of the configured address. Names that mean nothing to us are the
 * vendor's own, whatever they look like.
 */
export function invalidQueryParams(query: URLSearchParams, rules: ParamRules): InvalidParam[] {
  const names = [...new Set(query.keys())];
  const spellings = spellingsOf([...NAMES_WITH_MEANING, ...names]);
  return findingsAbout(names, (name) => {
    const misspelt = spellingProblem(name, spellings);
    if (misspelt !== undefined || !NAMES_WITH_MEANING.includes(name)) return misspelt;
    const values = query.getAll(name);
    const value = values.length === 1 ? values[0] : values;
    return RESERVED_PARAMS.get(name) ?? valueProblem(name, value, rules);
  });
}

function findingsAbout(
  names: readonly string[],
  reasonAgainst: (name: string) => string | undefined,
): InvalidParam[] {
  return names.flatMap((name) => {
    const reason = reasonAgainst(name);
    return reason === undefined ? [] : [{ name: name.slice(0, 64), reason }];
  });
}

/** What is wrong with a parameter whatever its value. */
export function nameProblem(name: string, spellings: Spellings): string | undefined {
  const checked = iframeParamName.safeParse(name);
  if (!checked.success) return checked.error.issues[0]?.message;
  return RESERVED_PARAMS.get(name) ?? spellingProblem(name, spellings);
}

function spellingProblem(name: string, spellings: Spellings): string | undefined {
  const right = rightSpelling(name, spellings);
  if (right === undefined) return undefined;
  const reserved = RESERVED_PARAMS.get(right);
  return `is another spelling of ${right}${reserved === undefined ? ': use that' : `, which ${reserved}`}`;
}

function valueProblem(name: string, value: unknown, rules: ParamRules): string | undefined {
  const checked = iframeParamValue.safeParse(value);
  if (!checked.success) return checked.error.issues[0]?.message;
  const text = checked.data;
  switch (name) {
    case 'address':
      return addressProblem(text, rules);
    case 'amount':
      return amountProblem(text, rules);
    case 'theme':
      return /^(light|dark)$/.test(text) ? undefined : 'must be light or dark';
    case SHARE_PARAM:
      return flagProblem(text) ?? paymentLinkProblem(text, rules);
    case 'onlyPrivateMatching':
      return flagProblem(text);
    default:
      return undefined;
  }
}

function flagProblem(text: string): string | undefined {
  return /^(true|false)$/.test(text) ? undefined : 'must be true or false';
}

function paymentLinkProblem(text: string, { paymentLinks }: ParamRules): string | undefined {
  if (text === 'false' || paymentLinks) return undefined;
  return (
    'is refused, because a payment link carries the access token: leave it out, ' +
    'or let the host turn on the option paymentLinks'
  );
}

function addressProblem(text: string, { addressFormat }: ParamRules): string | undefined {
  if (addressFormat === 'any') return text === '' ? 'is empty' : undefined;
  if (isEvmAddress(text)) return undefined;
  return 'is not an EVM address: 0x and 40 hex digits, with a right EIP-55 checksum when mixed-case';
}
