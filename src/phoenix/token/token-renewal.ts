import { PhoenixError } from '../phoenix-error.js';
import { abortable } from './abortable.js';
import type { AccessToken } from './access-token.js';
import type { Clock, Random } from './clock.js';
import { isRetryable, requestedPauseMs, retryPauseMs } from './retry-policy.js';
import type { TokenIssuer } from './token-endpoint.js';
import { secretUnavailableError, withPause } from './token-errors.js';
import type { RenewedToken, TokenDemand, TokenSource } from './token-source.js';

export interface RenewalLimits {
  /** Longest duration of one request, connect to last byte, and of reading the secret before it. */
  readonly requestTimeoutMs: number;
  /** Longest duration of a renewal, all attempts and pauses included. */
  readonly acquireTimeoutMs: number;
  readonly maxAttempts: number;
}

/** Asked before every request, so that the secret can be rotated. */
export type ClientSecretReader = () => Promise<string>;

/** Obtains one token: attempts, pauses between them, and a deadline over all. */
export class TokenRenewal implements TokenSource {
  /** A pause that the vendor asked for outlives the renewal that was told, if that is aborted. */
  #retryNotBeforeMonotonicMs = -Infinity;
  #pausedBy: PhoenixError | undefined;

  constructor(
    private readonly issuer: TokenIssuer,
    private readonly readClientSecret: ClientSecretReader,
    private readonly limits: RenewalLimits,
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  /** The failure with which the vendor asked for a pause that is not over, with what is left of it. */
  get heldUpBy(): PhoenixError | undefined {
    const leftMs = this.#retryNotBeforeMonotonicMs - this.clock.monotonicMs();
    return this.#pausedBy && leftMs > 0 ? withPause(this.#pausedBy, leftMs) : undefined;
  }

  /** @throws {PhoenixError} of the last attempt, or the reason of `signal` */
  async run(
    signal: AbortSignal,
    { held, budgetMs = this.limits.acquireTimeoutMs }: Partial<TokenDemand> = {},
  ): Promise<RenewedToken> {
    const startMs = this.clock.monotonicMs();
    const deadlineMs = startMs + budgetMs;
    await this.pause(this.#retryNotBeforeMonotonicMs - startMs, signal);
    for (let attempt = 1; ; attempt++) {
      try {
        const token = await this.attempt(deadlineMs, signal, held);
        return { token: token.noLaterThan(held), attempts: attempt };
      } catch (error) {
        const failure = asPhoenixError(error);
        const pauseMs = retryPauseMs(failure, attempt, this.random);
        const nowMs = this.clock.monotonicMs();
        const inTime = nowMs + pauseMs < deadlineMs;
        if (!isRetryable(failure) || attempt >= this.limits.maxAttempts || !inTime) throw failure;
        this.#retryNotBeforeMonotonicMs = nowMs + requestedPauseMs(failure);
        this.#pausedBy = failure;
        await this.pause(pauseMs, signal);
        if (this.clock.monotonicMs() >= deadlineMs) throw failure;
      }
    }
  }

  private async attempt(
    deadlineMs: number,
    signal: AbortSignal,
    held: AccessToken | undefined,
  ): Promise<AccessToken> {
    const clientSecret = await this.inTime(
      () => this.readClientSecret(),
      (timeoutMs) => secretUnavailableError(`did not answer within ${timeoutMs} ms`),
      deadlineMs,
      signal,
    );
    return this.inTime(
      (either) => this.issuer.requestToken(either, clientSecret, held),
      timeoutError,
      deadlineMs,
      signal,
    );
  }

  /** One step of an attempt: ends with `tooLate` after `requestTimeoutMs`, or at the deadline. */
  private async inTime<T>(
    step: (signal: AbortSignal) => Promise<T>,
    tooLate: (timeoutMs: number) => PhoenixError,
    deadlineMs: number,
    signal: AbortSignal,
  ): Promise<T> {
    const leftMs = deadlineMs - this.clock.monotonicMs();
    const timeoutMs = Math.min(this.limits.requestTimeoutMs, leftMs);
    const timeout = new AbortController();
    const cancel = this.clock.schedule(() => {
      timeout.abort(tooLate(Math.round(timeoutMs)));
    }, timeoutMs);
    const either = AbortSignal.any([signal, timeout.signal]);
    try {
      return await abortable(step(either), either);
    } finally {
      cancel();
    }
  }

  private async pause(pauseMs: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (pauseMs <= 0) return;
    let cancel: (() => void) | undefined;
    const elapsed = new Promise<void>((resolve) => {
      cancel = this.clock.schedule(resolve, pauseMs);
    });
    try {
      await abortable(elapsed, signal);
    } finally {
      cancel?.();
    }
  }
}

function timeoutError(timeoutMs: number): PhoenixError {
  return new PhoenixError(
    'timeout',
    `The Phoenix token endpoint did not answer completely within ${timeoutMs} ms. ` +
      'It will be asked again; if it is merely slow, raise requestTimeoutMs.',
  );
}

/** An error of foreign origin may hold anything, so nothing of it is passed on. */
function asPhoenixError(error: unknown): PhoenixError {
  if (error instanceof PhoenixError) return error;
  return new PhoenixError(
    'network_error',
    'The token request failed for an unknown reason. It will be tried again.',
  );
}
