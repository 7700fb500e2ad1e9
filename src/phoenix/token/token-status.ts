import type { PhoenixErrorCode } from '../phoenix-error.js';
import type { AccessToken } from './access-token.js';
import type { RememberedFailure } from './cooldown.js';
import { tokenState, type TokenMargins, type TokenState } from './token-policy.js';

/**
 * How sharing between replicas goes.
 *
 * @publicApi
 */
export interface SharingStatus {
  /** Whether the store can be used; without it each replica renews for itself. */
  readonly available: boolean;
  /** Records that could not be used since the start: corrupt, foreign, or sealed with an unknown key. */
  readonly rejectedRecords: number;
}

/**
 * A snapshot of the token's life; holds no secret.
 *
 * @publicApi
 */
export interface PhoenixTokenStatus {
  /** `NONE` before the first token, and after the current one was invalidated. */
  readonly state: TokenState | 'NONE';
  /** Names the current token without revealing it. */
  readonly fingerprint?: string;
  readonly obtainedAt?: Date;
  readonly expiresAt?: Date;
  /** Whole seconds of life left; 0 without a token. */
  readonly expiresInSeconds: number;
  /** From when on the current token is replaced in the background. */
  readonly refreshAfter?: Date;
  readonly refreshing: boolean;
  /** When the next refresh is due; absent while the first one has not been asked for. */
  readonly nextRefreshAt?: Date;
  /** The failure that is still standing; gone after the next success. */
  readonly lastError?: {
    readonly code: PhoenixErrorCode;
    readonly at: Date;
    /** Consecutive failed refreshes, from 1. */
    readonly failures: number;
    /** What the vendor said about it (`error_description`), without credentials and tokens; for people, not for replies. */
    readonly vendorDescription?: string;
  };
  /** Absent without a `store`. */
  readonly sharing?: SharingStatus;
}

export interface StatusFacts {
  readonly token?: AccessToken;
  readonly margins?: TokenMargins;
  readonly failure: RememberedFailure | undefined;
  readonly refreshing: boolean;
  readonly nextRefreshAt: Date | undefined;
}

/** Tells what is known about the token, without the token. */
export function statusOf(facts: StatusFacts): PhoenixTokenStatus {
  const { token, margins, failure, refreshing, nextRefreshAt } = facts;
  return {
    ...(token === undefined || margins === undefined
      ? { state: 'NONE', expiresInSeconds: 0 }
      : statusOfToken(token, margins)),
    refreshing,
    ...(nextRefreshAt !== undefined && { nextRefreshAt }),
    ...(failure !== undefined && { lastError: lastErrorOf(failure) }),
  };
}

function lastErrorOf({
  error,
  at,
  failures,
}: RememberedFailure): NonNullable<PhoenixTokenStatus['lastError']> {
  const { code, vendorDescription } = error;
  return { code, at, failures, ...(vendorDescription !== undefined && { vendorDescription }) };
}

function statusOfToken(
  token: AccessToken,
  margins: TokenMargins,
): Omit<PhoenixTokenStatus, 'refreshing'> {
  return {
    state: tokenState(token.remainingMs(), margins),
    fingerprint: token.fingerprint,
    obtainedAt: token.obtainedAt,
    expiresAt: token.expiresAt,
    expiresInSeconds: token.expiresIn(),
    refreshAfter: new Date(token.expiresAt.getTime() - margins.refreshAheadMs),
  };
}
