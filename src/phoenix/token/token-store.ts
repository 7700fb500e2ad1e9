import type { PhoenixErrorCode } from '../phoenix-error.js';
import type { AccessToken } from './access-token.js';

/**
 * Whose token is shared. Replicas share a token when all of these agree.
 *
 * @publicApi
 */
export interface StoreAccount {
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly scope?: string | undefined;
  readonly clientAuthentication: string;
}

/**
 * A token as another replica left it. Its life is relative, because the clocks of
 * replicas differ: `remainingMs` counts from the moment the read was started.
 *
 * @publicApi
 */
export interface SharedToken {
  readonly value: string;
  readonly scope: readonly string[];
  readonly lifetimeMs: number;
  readonly remainingMs: number;
}

/**
 * A failed renewal that stands for all replicas.
 *
 * @publicApi
 */
export interface SharedFailure {
  readonly code: PhoenixErrorCode;
  /** HTTP status of the vendor's reply, where there was one. */
  readonly status?: number | undefined;
  /** Consecutive failures so far, from 1. */
  readonly failures: number;
  /** Milliseconds until the vendor may be asked again; 0 when it may be now. */
  readonly pauseMs: number;
  /** The part of it that the vendor itself asked for (`Retry-After`). */
  readonly vendorPauseMs: number;
}

/** @publicApi */
export interface SharedState {
  readonly token?: SharedToken | undefined;
  readonly failure?: SharedFailure | undefined;
  /** Fingerprints of tokens that Phoenix rejected and did not issue anew, for replicas that did not hear of it. */
  readonly rejected?: readonly string[] | undefined;
}

/**
 * The right to renew, held by one replica at a time, for a limited time.
 *
 * @publicApi
 */
export interface RenewalLease {
  /**
   * Shares the token and ends the lease.
   *
   * @param usableMs how long it may be handed out from now on
   * @param recovered whether Phoenix has just issued it, so that no failure and no rejection of it stands any more
   * @returns false, and nothing is shared, when a later lease or a rejection overtook this one
   */
  publish(token: AccessToken, usableMs: number, recovered: boolean): Promise<boolean>;
  /** Shares the failure and ends the lease. */
  publishFailure(failure: SharedFailure): Promise<void>;
  /** Ends the lease, if it is still ours. */
  release(): Promise<void>;
}

/**
 * What a replica hears from the store without asking.
 *
 * @publicApi
 */
export type StoreNews =
  /** Somebody published a token. */
  | { readonly type: 'token_published' }
  /** Somebody's renewal ended without a token. */
  | { readonly type: 'renewal_ended' }
  /** Somebody's token with this fingerprint was rejected by Phoenix. */
  | { readonly type: 'token_rejected'; readonly fingerprint: string }
  /** A record cannot be used, and counts as none; told once for each, however often it is read. */
  | { readonly type: 'record_rejected'; readonly reason: string }
  | { readonly type: 'unavailable'; readonly reason: string }
  /** Can be reached (again); news may have been missed. */
  | { readonly type: 'available' };

/**
 * One account's place in the store. Every method answers within a bounded time, and
 * throws a `PhoenixError` of code `store_unavailable` when the store cannot.
 *
 * @publicApi
 */
export interface SharedRecord {
  read(): Promise<SharedState>;
  /** @returns the lease, or undefined while another replica holds it */
  acquire(leaseMs: number): Promise<RenewalLease | undefined>;
  /** Removes the token with this fingerprint, overtakes a renewal under way, tells all replicas, and remembers it for {@link SharedState.rejected}. */
  reject(fingerprint: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * Where replicas share one token. `RedisTokenStore` of `nestjs-phoenix/redis` is one.
 *
 * @publicApi
 */
export interface PhoenixTokenStore {
  open(account: StoreAccount, listen: (news: StoreNews) => void): SharedRecord;
}
