import type { RenewalLimits } from '../../src/phoenix/token/token-renewal.js';
import { SHORTEST_RETRY_AFTER_MS } from './random-vendor.js';
import type { LifePeriod, Stretch, Trouble, TroubleKind } from './timeline.js';

/** Everything that entitles us to ask the vendor for a token. */
export interface Occasions {
  readonly lives: readonly LifePeriod[];
  readonly troubles: readonly Trouble[];
  readonly cronRuns: number;
  /** Steps of the wall clock and suspensions: each may cost the current token. */
  readonly clockDisturbances: number;
  /** Calls of `invalidate` that named the current token. */
  readonly rejections: number;
  /** The same token again lives only for what is left of it. */
  readonly reissues: number;
  readonly limits: RenewalLimits;
}

/** No token is renewed before this share of its life is over: half, minus the jitter. */
const SHARE_OF_LIFE_UNTIL_RENEWAL = 0.45;
/** A renewal under way when it is rejected, and the one that follows. */
const REQUESTS_PER_REJECTION = 2;
/** Cooldowns double from failure to failure; this many are shorter than the longest kind. */
const GROWING_COOLDOWNS = 5;
/** The longest kind lasts half of its ceiling at least; the other half is jitter. */
const LONGEST_COOLDOWN_AT_LEAST_MS = { ordinary: 15_000, refusal: 150_000 };

/** The most requests that the vendor may see, derived from the documented rules alone. */
export function requestBound(occasions: Occasions): number {
  const { lives, troubles, cronRuns, clockDisturbances, rejections, reissues } = occasions;
  const planned = sum(lives, renewalsDue);
  const unplanned =
    1 + cronRuns + clockDisturbances + reissues + rejections * REQUESTS_PER_REJECTION;
  const inTrouble = sum(troubles, (trouble) => requestsInTrouble(trouble, occasions));
  return planned + unplanned + inTrouble;
}

function requestsInTrouble(trouble: Trouble, occasions: Occasions): number {
  const { lives, limits } = occasions;
  const lengthMs = trouble.toMs - trouble.fromMs;
  const lastRenewal = limits.maxAttempts;
  if (trouble.kind === 'flaky') {
    const renewals = sum(lives, (life) => renewalsDue({ ...life, ...overlap(life, trouble) }));
    return renewals * limits.maxAttempts + lastRenewal;
  }
  const { attempts, atLeastMs } = failedRenewal(trouble.kind, limits);
  return (GROWING_COOLDOWNS + Math.ceil(lengthMs / atLeastMs)) * attempts + lastRenewal;
}

/** How many requests a failed renewal takes, and how long it lasts with its cooldown fully grown. */
function failedRenewal(
  kind: Exclude<TroubleKind, 'flaky'>,
  { maxAttempts, requestTimeoutMs, acquireTimeoutMs }: RenewalLimits,
): { attempts: number; atLeastMs: number } {
  switch (kind) {
    case 'refusing':
      return { attempts: 1, atLeastMs: LONGEST_COOLDOWN_AT_LEAST_MS.refusal };
    case 'rate_limited':
      return { attempts: 1, atLeastMs: SHORTEST_RETRY_AFTER_MS };
    case 'hanging':
      return {
        attempts: Math.ceil(acquireTimeoutMs / requestTimeoutMs),
        atLeastMs: acquireTimeoutMs + LONGEST_COOLDOWN_AT_LEAST_MS.ordinary,
      };
    default:
      return { attempts: maxAttempts, atLeastMs: LONGEST_COOLDOWN_AT_LEAST_MS.ordinary };
  }
}

function renewalsDue({ fromMs, toMs, lifetimeMs }: LifePeriod): number {
  const lengthMs = toMs - fromMs;
  return lengthMs <= 0 ? 0 : Math.ceil(lengthMs / (SHARE_OF_LIFE_UNTIL_RENEWAL * lifetimeMs));
}

function overlap(one: Stretch, other: Stretch): Stretch {
  return { fromMs: Math.max(one.fromMs, other.fromMs), toMs: Math.min(one.toMs, other.toMs) };
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
