import type { PhoenixErrorCode } from '../phoenix-error.js';
import type { TokenState } from './token-policy.js';

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
  };
}
