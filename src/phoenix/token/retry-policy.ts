import type { PhoenixError, PhoenixErrorCode } from '../phoenix-error.js';
import type { Random } from './clock.js';

/** A vendor's `Retry-After` is obeyed up to this long. */
export const LONGEST_RETRY_AFTER_MS = 300_000;
/** Without `Retry-After`, service resumes within this long of the vendor's return. */
export const LONGEST_COOLDOWN_MS = 30_000;
/** A refused client is asked about again within this long: credentials get rotated. */
export const LONGEST_REFUSAL_COOLDOWN_MS = 300_000;

const FIRST_PAUSE_MS = 250;
const FIRST_COOLDOWN_MS = 1_000;
const FIRST_REFUSAL_COOLDOWN_MS = 10_000;

const RETRYABLE: ReadonlySet<PhoenixErrorCode> = new Set([
  'network_error',
  'timeout',
  'rate_limited',
  'server_error',
]);

/** Errors that asking again cannot mend: somebody has to change the configuration. */
const REFUSALS: ReadonlySet<PhoenixErrorCode> = new Set([
  'invalid_client',
  'unauthorized_client',
  'invalid_scope',
  'unsupported_grant_type',
]);

export function isRetryable(error: PhoenixError): boolean {
  return RETRYABLE.has(error.code);
}

/** `Retry-After`, capped; 0 where the vendor did not ask. */
export function requestedPauseMs(error: PhoenixError): number {
  return Math.min(error.retryAfterMs ?? 0, LONGEST_RETRY_AFTER_MS);
}

/**
 * Pause before the next attempt within one renewal, in whole milliseconds: exponential with full jitter.
 *
 * @param attempt how many attempts have failed, from 1
 */
export function retryPauseMs(error: PhoenixError, attempt: number, random: Random): number {
  const ceiling = Math.min(LONGEST_COOLDOWN_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1));
  const jittered = random() * ceiling;
  return Math.ceil(Math.max(jittered, requestedPauseMs(error)));
}

/**
 * How long a failed renewal is remembered before the vendor is asked again, in whole milliseconds.
 * Half of it is jitter, half is certain, so that the number of requests has a bound.
 *
 * @param failures consecutive failed renewals, from 1
 */
export function cooldownMs(error: PhoenixError, failures: number, random: Random): number {
  const [first, longest] = REFUSALS.has(error.code)
    ? [FIRST_REFUSAL_COOLDOWN_MS, LONGEST_REFUSAL_COOLDOWN_MS]
    : [FIRST_COOLDOWN_MS, LONGEST_COOLDOWN_MS];
  const ceiling = Math.min(longest, first * 2 ** (failures - 1));
  const jittered = ceiling / 2 + (random() * ceiling) / 2;
  return Math.ceil(Math.max(jittered, requestedPauseMs(error)));
}
