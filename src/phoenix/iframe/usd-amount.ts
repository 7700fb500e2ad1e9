/** Amounts that may be asked for, in USD; without a limit, anything above 0. */
export interface AmountLimits {
  readonly minAmountUsd?: string | undefined;
  readonly maxAmountUsd?: string | undefined;
}

/** At most twelve digits before the point, and two after it. */
const AMOUNT = /^(0|[1-9][0-9]{0,11})(?:\.([0-9]{1,2}))?$/;

export const NOT_AN_AMOUNT =
  'is not an amount in USD: digits alone (at most 12), with at most two decimals after a point, such as 10 or 1.46';

/**
 * What is wrong with an amount (vendor page: technical-requirements, "a valid USD amount (numeric value)");
 * undefined when it may be asked for. Amounts are compared in whole cents, never as floating-point numbers.
 */
export function amountProblem(text: string, limits: AmountLimits = {}): string | undefined {
  const cents = centsOf(text);
  if (cents === undefined) return NOT_AN_AMOUNT;
  if (cents === 0n) return 'is not above 0';
  const least = centsOf(limits.minAmountUsd);
  if (least !== undefined && cents < least) {
    return `is below the smallest amount, ${limits.minAmountUsd} USD`;
  }
  const most = centsOf(limits.maxAmountUsd);
  if (most !== undefined && cents > most) {
    return `is above the largest amount, ${limits.maxAmountUsd} USD`;
  }
  return undefined;
}

/** An amount in whole cents; undefined for what is no amount. */
export function centsOf(amount: unknown): bigint | undefined {
  const [, dollars, decimals = ''] = typeof amount === 'string' ? (AMOUNT.exec(amount) ?? []) : [];
  return dollars === undefined ? undefined : BigInt(dollars + decimals.padEnd(2, '0'));
}
