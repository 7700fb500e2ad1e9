import type { Random } from '../../src/phoenix/token/clock.js';
import { between, oneOf } from './prng.js';
import { HOUR, MINUTE, SECOND } from './scripted-issuer.js';

/** A stretch of time on the monotonic clock. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

export type TroubleKind =
  'unreachable' | 'hanging' | 'server_error' | 'rate_limited' | 'refusing' | 'flaky';

/** A time in which the vendor does not do its work. */
export interface Trouble extends Stretch {
  readonly kind: TroubleKind;
  /** By when, after its end, everything must be as if it had never been. */
  readonly recoveryMs: number;
}

/** A time in which the vendor's tokens live this long. */
export interface LifePeriod extends Stretch {
  readonly lifetimeMs: number;
}

const KINDS: readonly TroubleKind[] = [
  'unreachable',
  'hanging',
  'server_error',
  'rate_limited',
  'refusing',
  'flaky',
];

const LIFETIMES = [10 * SECOND, 45 * SECOND, 5 * MINUTE, 20 * MINUTE, HOUR, 4 * HOUR];

const LONGEST_TROUBLES = [10, 10, 10, 10, 60, 60, 300].map((minutes) => minutes * MINUTE);

/** Longest pause without `Retry-After`; the cap on `Retry-After`; longest pause after a refusal. */
const LONGEST_PAUSE_MS = { ordinary: 30 * SECOND, retryAfter: 5 * MINUTE, refusal: 5 * MINUTE };
const ONE_RENEWAL_MS = 10 * SECOND;

export function troublesOf(random: Random, durationMs: number): Trouble[] {
  const troubles: Trouble[] = [];
  for (let fromMs = between(random, 0, HOUR); fromMs < durationMs;) {
    const kind = oneOf(random, KINDS);
    const toMs = fromMs + between(random, MINUTE, oneOf(random, LONGEST_TROUBLES));
    troubles.push({ kind, fromMs, toMs, recoveryMs: pauseAfter(kind) + ONE_RENEWAL_MS });
    fromMs = toMs + between(random, 10 * MINUTE, 8 * HOUR);
  }
  return troubles;
}

export function lifePeriodsOf(random: Random, durationMs: number): LifePeriod[] {
  const periods: LifePeriod[] = [];
  for (let fromMs = 0; fromMs < durationMs;) {
    const lifetimeMs = oneOf(random, LIFETIMES);
    const toMs = fromMs + Math.min(12 * HOUR, between(random, 30, 90) * lifetimeMs);
    periods.push({ fromMs, toMs, lifetimeMs });
    fromMs = toMs;
  }
  return periods;
}

export function at<T extends Stretch>(stretches: readonly T[], ms: number): T | undefined {
  return stretches.find(({ fromMs, toMs }) => fromMs <= ms && ms < toMs);
}

function pauseAfter(kind: TroubleKind): number {
  switch (kind) {
    case 'rate_limited':
      return LONGEST_PAUSE_MS.retryAfter;
    case 'refusing':
      return LONGEST_PAUSE_MS.refusal;
    default:
      return LONGEST_PAUSE_MS.ordinary;
  }
}
