import type { PhoenixError } from '../phoenix-error.js';
import type { Clock, Random } from './clock.js';
import { cooldownMs, requestedPauseMs } from './retry-policy.js';
import { StandingFailure } from './standing-failure.js';
import type { SharedFailure } from './token-store.js';

/** The last failed renewal, and how long it stands before the vendor may be asked again. */
export interface RememberedFailure {
  readonly error: PhoenixError;
  readonly at: Date;
  /** Consecutive failures so far, from 1. */
  readonly failures: number;
  readonly retryNotBeforeMonotonicMs: number;
  /** Up to here the vendor itself asked for the pause, so that not even a forced renewal may break it. */
  readonly vendorPauseMonotonicMs: number;
}

/** Remembers failed renewals until one succeeds. */
export class Cooldown {
  #failure: RememberedFailure | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  get failure(): RememberedFailure | undefined {
    return this.#failure;
  }

  fail(error: PhoenixError, failures = (this.#failure?.failures ?? 0) + 1): RememberedFailure {
    if (error instanceof StandingFailure) return this.#stand(error, error);
    return this.#stand(error, {
      failures,
      pauseMs: cooldownMs(error, failures, this.random),
      vendorPauseMs: requestedPauseMs(error),
    });
  }

  succeed(): void {
    this.#failure = undefined;
  }

  /** Milliseconds until the vendor may be asked again; 0 when it may be now. */
  remainingMs(): number {
    const until = this.#failure?.retryNotBeforeMonotonicMs;
    return until === undefined ? 0 : Math.max(0, until - this.clock.monotonicMs());
  }

  /** Like `remainingMs`, but only for a pause that the vendor asked for. */
  vendorPauseRemainingMs(): number {
    const until = this.#failure?.vendorPauseMonotonicMs;
    return until === undefined ? 0 : Math.max(0, until - this.clock.monotonicMs());
  }

  #stand(
    error: PhoenixError,
    { failures, pauseMs, vendorPauseMs }: Omit<SharedFailure, 'code' | 'status'>,
  ): RememberedFailure {
    const nowMs = this.clock.monotonicMs();
    const vendorPauseMonotonicMs = Math.max(
      nowMs + vendorPauseMs,
      this.#failure?.vendorPauseMonotonicMs ?? nowMs,
    );
    this.#failure = {
      error,
      failures,
      at: new Date(this.clock.wallMs()),
      retryNotBeforeMonotonicMs: Math.max(nowMs + pauseMs, vendorPauseMonotonicMs),
      vendorPauseMonotonicMs,
    };
    return this.#failure;
  }
}
