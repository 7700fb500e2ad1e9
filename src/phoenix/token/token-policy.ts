/** The host's wishes about the life of a token. */
export interface TokenPolicy {
  /** Renew this long before expiry. */
  readonly refreshAheadMs: number;
  /** Treat a token as unusable this long before expiry: clocks differ and requests travel. */
  readonly expirySkewMs: number;
  /** Prefer not to hand out a token with less life than this. */
  readonly minRemainingMs: number;
}

/** The policy applied to one token's whole life; every margin counts back from its expiry. */
export interface TokenMargins {
  readonly refreshAheadMs: number;
  readonly expirySkewMs: number;
  /** The longest remaining life a caller may insist on. */
  readonly longestMinRemainingMs: number;
}

/**
 * - `FRESH`: hand out
 * - `STALE`: hand out, and renew in the background
 * - `EXPIRED`: nobody gets it
 *
 * @publicApi
 */
export type TokenState = 'FRESH' | 'STALE' | 'EXPIRED';

/** What to do for a caller. */
export type HandOut = 'serve' | 'serve_and_renew' | 'await_renewal';

/** Instances spread their renewals over this share of the time ahead. */
const JITTER_SHARE = 0.1;

/**
 * Fits the policy to a token's life, so that short-lived tokens work too:
 * renewal no earlier than half of the life (jitter aside), and at most a tenth of it lost to the skew.
 *
 * @param jitter per-instance constant in [0, 1)
 */
export function marginsFor(lifetimeMs: number, policy: TokenPolicy, jitter: number): TokenMargins {
  const aheadMs = Math.min(policy.refreshAheadMs, lifetimeMs / 2);
  return {
    refreshAheadMs: aheadMs * (1 + JITTER_SHARE * jitter),
    expirySkewMs: Math.min(policy.expirySkewMs, lifetimeMs / 10),
    longestMinRemainingMs: lifetimeMs / 2,
  };
}

export function tokenState(remainingMs: number, margins: TokenMargins): TokenState {
  if (remainingMs <= margins.expirySkewMs) return 'EXPIRED';
  return remainingMs <= margins.refreshAheadMs ? 'STALE' : 'FRESH';
}

export function handOut(
  remainingMs: number,
  margins: TokenMargins,
  minRemainingMs: number,
): HandOut {
  const state = tokenState(remainingMs, margins);
  if (state === 'EXPIRED') return 'await_renewal';
  if (remainingMs < Math.min(minRemainingMs, margins.longestMinRemainingMs)) return 'await_renewal';
  return state === 'STALE' ? 'serve_and_renew' : 'serve';
}

/** How long a token may be handed out from now on, in whole milliseconds. */
export function usableMsOf(
  token: { readonly lifetimeMs: number; remainingMs(): number },
  policy: TokenPolicy,
): number {
  return Math.floor(token.remainingMs() - marginsFor(token.lifetimeMs, policy, 0).expirySkewMs);
}
