import { INVALID_AMOUNT, missingParameters, type Refusal } from './refusal.js';
import { readUsd, type Cents } from './usd.js';

/** Required in the address of the checkout page (the vendor's page "Communication Protocol"). */
const REQUIRED = ['address', 'amount', 'access_token'] as const;

export interface CheckoutParameters {
  /** Receiving wallet: any text, since a host may allow more than EVM addresses. */
  readonly address: string;
  readonly amount: Cents;
  readonly accessToken: string;
  /** Undefined: that of the browser; the vendor does not say. */
  readonly theme: Theme | undefined;
  /** Offers a payment link. */
  readonly isShareOn: boolean;
  /** Asks sellers of the partner's own network first. */
  readonly isPrivate: boolean;
}

export type Theme = 'light' | 'dark';

/** Reads the address of a checkout page, or says why it does not open. */
export function readCheckoutParameters(query: URLSearchParams): CheckoutParameters | Refusal {
  const missing = REQUIRED.filter((name) => textOf(query, name) === undefined);
  if (missing.length > 0) return missingParameters(missing);
  const amount = readUsd(textOf(query, 'amount') ?? '');
  if (amount === undefined) return INVALID_AMOUNT;
  return {
    address: textOf(query, 'address') ?? '',
    amount,
    accessToken: textOf(query, 'access_token') ?? '',
    theme: readTheme(query),
    isShareOn: textOf(query, 'shareOn') === 'true',
    isPrivate: textOf(query, 'onlyPrivateMatching') === 'true',
  };
}

export function readTheme(query: URLSearchParams): Theme | undefined {
  const theme = textOf(query, 'theme');
  return theme === 'light' || theme === 'dark' ? theme : undefined;
}

/** Undefined if it is empty or given more than once. */
export function textOf(query: URLSearchParams, name: string): string | undefined {
  const [value, ...others] = query.getAll(name);
  return value === '' || others.length > 0 ? undefined : value;
}
