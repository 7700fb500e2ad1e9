import type { Cents } from './usd.js';

/** The vendor adds 0.00 to 0.20 USD to an amount, so that a payment can be told from others. */
export const LARGEST_UNIQUENESS_CENTS = 20;

/**
 * What an order costs and brings. `send` is `amount + uniqueness`, `receive` is `send - fee`: what is
 * added for uniqueness is received in USDC, without a fee.
 */
export interface Quote {
  /** The parameter `amount`. */
  readonly amount: Cents;
  readonly uniqueness: Cents;
  readonly fee: Cents;
  /** What the payer sends, in USD. */
  readonly send: Cents;
  /** What the wallet receives, in USDC. */
  readonly receive: Cents;
}

/** The fee is of the amount, rounded down to the cent, so that something is always received. */
export function quote(amount: Cents, uniqueness: Cents, feeBasisPoints: number): Quote {
  const fee = (amount * BigInt(feeBasisPoints)) / 10_000n;
  const send = amount + uniqueness;
  return { amount, uniqueness, fee, send, receive: send - fee };
}
