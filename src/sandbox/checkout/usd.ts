/** Whole cents, exact at any size. */
export type Cents = bigint;

const LONGEST_WHOLE_DIGITS = 12;
const USD = new RegExp(`^(0|[1-9][0-9]{0,${LONGEST_WHOLE_DIGITS - 1}})(?:\\.([0-9]{1,2}))?$`);

/** Reads USD as text, e.g. `25`, `1.4` or `1.46`; undefined for anything else, and for 0. */
export function readUsd(text: string): Cents | undefined {
  const [, whole, decimals = ''] = USD.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const cents = BigInt(whole + decimals.padEnd(2, '0'));
  return cents > 0n ? cents : undefined;
}

/** Two decimals, e.g. `25.00`. */
export function formatUsd(cents: Cents): string {
  const digits = cents.toString().padStart(3, '0');
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
