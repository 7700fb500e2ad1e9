import type { PhoenixError, PhoenixErrorCode } from '../phoenix-error.js';
import type { AccessToken } from './access-token.js';
import type { Random } from './clock.js';
import { cooldownMs, requestedPauseMs } from './retry-policy.js';
import { StandingFailure } from './standing-failure.js';
import { isStoreFailure } from './token-errors.js';
import type { RenewalLease, SharedFailure } from './token-store.js';

/** They say nothing about other replicas, whose secret may be another one: while it is rotated, for example. */
const OWN_FAILURES: ReadonlySet<PhoenixErrorCode> = new Set([
  'secret_unavailable',
  'invalid_client',
]);

/** Whether a failure is none of the other replicas' business, but for a pause that the vendor asked for. */
export function isOwnFailure({ code }: PhoenixError): boolean {
  return OWN_FAILURES.has(code);
}

/**
 * Shares a token; it is good even if the store was lost before that.
 *
 * @returns false when a rejection or a later lease overtook it
 */
export async function shareToken(
  lease: RenewalLease,
  token: AccessToken,
  usableMs: number,
): Promise<boolean> {
  try {
    return await lease.publish(token, usableMs, true);
  } catch (error) {
    if (!isStoreFailure(error)) throw error;
    return true;
  }
}

/** Shares a failure, and returns it with the pause that is settled for all. */
export async function shareFailure(
  lease: RenewalLease,
  cause: PhoenixError,
  earlier: SharedFailure | undefined,
  random: Random,
): Promise<StandingFailure> {
  const failures = (earlier?.failures ?? 0) + 1;
  const failure = {
    code: cause.code,
    status: cause.status,
    failures,
    pauseMs: cooldownMs(cause, failures, random),
    vendorPauseMs: requestedPauseMs(cause),
  };
  await ignoringStore(lease.publishFailure(failure));
  return new StandingFailure(cause.message, failure, cause.vendorDescription);
}

/** Nobody may ask before the time that the vendor named, whatever else became of the renewal. */
export async function shareVendorPause(
  lease: RenewalLease,
  cause: PhoenixError,
  earlier: SharedFailure | undefined,
): Promise<void> {
  const pauseMs = requestedPauseMs(cause);
  if (pauseMs <= 0) return;
  const { code, status } = cause;
  const failures = earlier?.failures ?? 1;
  const failure = { code, status, failures, pauseMs, vendorPauseMs: pauseMs };
  await ignoringStore(lease.publishFailure(failure));
}

export async function endLease(lease: RenewalLease): Promise<void> {
  await ignoringStore(lease.release());
}

/** The store is an aid: when it fails, the renewal's own outcome counts. */
async function ignoringStore(operation: Promise<void>): Promise<void> {
  try {
    await operation;
  } catch (error) {
    if (!isStoreFailure(error)) throw error;
  }
}
