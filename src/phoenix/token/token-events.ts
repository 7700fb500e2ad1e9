import type { PhoenixErrorCode } from '../phoenix-error.js';

/**
 * What made a refresh happen: start-up, the hourly cron, the timer at the refresh
 * point, a caller (who found none, or a stale one), `invalidate()`, `refresh()`, or another
 * replica that shared its token.
 *
 * @publicApi
 */
export type RefreshTrigger =
  'startup' | 'cron' | 'timer' | 'demand' | 'stale' | 'invalidated' | 'manual' | 'shared';

/** @publicApi */
export interface TokenRefreshedEvent {
  readonly type: 'refreshed';
  readonly trigger: RefreshTrigger;
  readonly fingerprint: string;
  readonly expiresAt: Date;
  /** Requests it took; 0 when another replica made them. */
  readonly attempts: number;
  /** Whole milliseconds. */
  readonly durationMs: number;
}

/** @publicApi */
export interface TokenRefreshFailedEvent {
  readonly type: 'refresh_failed';
  readonly trigger: RefreshTrigger;
  readonly code: PhoenixErrorCode;
  /** Says what happened and what to do; holds no secret. */
  readonly message: string;
  /** What the vendor said about it (`error_description`), without credentials and tokens. */
  readonly vendorDescription?: string;
  /** Consecutive failed refreshes, from 1. */
  readonly failures: number;
  /** When the vendor will be asked again. */
  readonly retryAt: Date;
  /** Whether a usable token is still being served. */
  readonly servingToken: boolean;
  /** Whole milliseconds. */
  readonly durationMs: number;
}

/** @publicApi */
export interface TokenInvalidatedEvent {
  readonly type: 'invalidated';
  readonly fingerprint: string;
  /** Whether another replica reported it. */
  readonly shared: boolean;
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

/** @publicApi */
export interface StoreUnavailableEvent {
  readonly type: 'store_unavailable';
  readonly reason: string;
}

/** @publicApi */
export interface StoreAvailableEvent {
  readonly type: 'store_available';
}

/** @publicApi */
export interface SharedRecordRejectedEvent {
  readonly type: 'shared_record_rejected';
  readonly reason: string;
}

/** What happens between the replicas that share a token. */
export type TokenSharingEvent =
  StoreUnavailableEvent | StoreAvailableEvent | SharedRecordRejectedEvent;

/**
 * Tokens appear by their fingerprint only.
 *
 * @publicApi
 */
export type PhoenixTokenEvent = TokenLifecycleEvent | TokenSharingEvent | TokenHandedOutEvent;
