import type { PhoenixErrorCode } from '../phoenix-error.js';

/**
 * What made a refresh happen: start-up, the hourly cron, the timer at the refresh
 * point, a caller (who found none, or a stale one), `invalidate()`, or `refresh()`.
 *
 * @publicApi
 */
export type RefreshTrigger =
  'startup' | 'cron' | 'timer' | 'demand' | 'stale' | 'invalidated' | 'manual';

/** @publicApi */
export interface TokenRefreshedEvent {
  readonly type: 'refreshed';
  readonly trigger: RefreshTrigger;
  readonly fingerprint: string;
  readonly expiresAt: Date;
  /** Requests it took, from 1. */
  readonly attempts: number;
  readonly durationMs: number;
}

/** @publicApi */
export interface TokenRefreshFailedEvent {
  readonly type: 'refresh_failed';
  readonly trigger: RefreshTrigger;
  readonly code: PhoenixErrorCode;
  /** Says what happened and what to do; holds no secret. */
  readonly message: string;
  /** Consecutive failed refreshes, from 1. */
  readonly failures: number;
  /** When the vendor will be asked again. */
  readonly retryAt: Date;
  /** Whether a usable token is still being served. */
  readonly servingToken: boolean;
  readonly durationMs: number;
}

/** @publicApi */
export interface TokenInvalidatedEvent {
  readonly type: 'invalidated';
  readonly fingerprint: string;
}

/** @publicApi */
export interface TokenHandedOutEvent {
  readonly type: 'handed_out';
  readonly fingerprint: string;
  readonly expiresInSeconds: number;
}

/** What changes the state of the token. */
export type TokenLifecycleEvent =
  TokenRefreshedEvent | TokenRefreshFailedEvent | TokenInvalidatedEvent;

/**
 * Tokens appear by their fingerprint only.
 *
 * @publicApi
 */
export type PhoenixTokenEvent = TokenLifecycleEvent | TokenHandedOutEvent;
