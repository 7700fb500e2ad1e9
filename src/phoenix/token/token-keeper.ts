import { Subject, type Observable } from 'rxjs';
import type { PhoenixError } from '../phoenix-error.js';
import { abortable } from './abortable.js';
import { fingerprintOf, type AccessToken } from './access-token.js';
import type { Clock, Random } from './clock.js';
import { Cooldown } from './cooldown.js';
import { shutDownError, tokenRejectedError, withPause } from './token-errors.js';
import type { RefreshTrigger, TokenLifecycleEvent } from './token-events.js';
import {
  handOut,
  marginsFor,
  tokenState,
  type TokenMargins,
  type TokenPolicy,
} from './token-policy.js';
import { TokenFlight } from './token-flight.js';
import type { TokenRenewal } from './token-renewal.js';
import { invalidResponse } from './token-response.js';
import { statusOf, type PhoenixTokenStatus } from './token-status.js';

interface HeldToken {
  readonly token: AccessToken;
  readonly margins: TokenMargins;
}

/** A token that is rejected younger than this was hardly worth fetching. */
const YOUNG_TOKEN_MS = 60_000;

/**
 * Holds the one token and decides, for every caller and every trigger, between
 * handing it out, renewing it in the background and waiting for the one renewal.
 */
export class TokenKeeper {
  readonly #events = new Subject<TokenLifecycleEvent>();
  readonly #cooldown: Cooldown;
  readonly #jitter: number;
  #held: HeldToken | undefined;
  #flight: TokenFlight | undefined;
  #youngRejections = 0;
  #closed = false;

  constructor(
    private readonly renewal: TokenRenewal,
    private readonly policy: TokenPolicy,
    private readonly clock: Clock,
    random: Random,
  ) {
    this.#cooldown = new Cooldown(clock, random);
    this.#jitter = random();
  }

  get events$(): Observable<TokenLifecycleEvent> {
    return this.#events;
  }

  /** The token, if one may be handed out at once; a stale one is renewed in the background. */
  peek(minRemainingMs = this.policy.minRemainingMs): AccessToken | undefined {
    if (this.#held === undefined || this.#closed) return undefined;
    const { token, margins } = this.#held;
    switch (handOut(token.remainingMs(), margins, minRemainingMs)) {
      case 'serve':
        return token;
      case 'serve_and_renew':
        this.renewInBackground('stale');
        return token;
      case 'await_renewal':
        return undefined;
    }
  }

  /**
   * Waits for the one renewal; when it fails, a token that is still usable will do.
   *
   * @throws {PhoenixError}, or the reason of `signal`, which ends this wait and nothing else
   */
  async obtain(signal?: AbortSignal): Promise<AccessToken> {
    try {
      return await abortable(this.renew('demand'), signal);
    } catch (error) {
      const usable = signal?.aborted === true ? undefined : this.#usableToken();
      if (usable === undefined) throw error;
      return usable;
    }
  }

  /**
   * Joins the renewal under way, or starts one unless a failure still stands.
   *
   * @throws {PhoenixError}
   */
  renew(trigger: RefreshTrigger): Promise<AccessToken> {
    return this.#refusal(this.#cooldown.remainingMs()) ?? this.#joinOrStart(trigger);
  }

  /** Renews even while our own back-off lasts; a pause that the vendor asked for is kept. */
  forceRenewal(): Promise<AccessToken> {
    return this.#refusal(this.#cooldown.vendorPauseRemainingMs()) ?? this.#joinOrStart('manual');
  }

  renewInBackground(trigger: RefreshTrigger): void {
    if (this.#flight !== undefined || this.#cooldown.remainingMs() > 0) return;
    this.renew(trigger).catch(() => undefined);
  }

  /** Renews unless the token was obtained less than `ageMs` ago. */
  renewIfOlderThan(ageMs: number, trigger: RefreshTrigger): void {
    const held = this.#held;
    if (held !== undefined && held.token.ageMs() < ageMs) return;
    this.renewInBackground(trigger);
  }

  /**
   * Drops the current token if `value` is it, and starts over: a renewal that was under way
   * began before the rejection, so its result is not taken.
   *
   * @returns whether it was the current token
   */
  invalidate(value: string): boolean {
    const held = this.#held;
    if (held?.token.fingerprint !== fingerprintOf(value)) return false;
    this.#held = undefined;
    this.#countRejection(held.token);
    const outdated = this.#flight;
    this.#flight = undefined;
    this.#events.next({ type: 'invalidated', fingerprint: held.token.fingerprint });
    const successor = this.renew('invalidated');
    successor.catch(() => undefined);
    outdated?.supersedeBy(successor);
    return true;
  }

  /** Milliseconds until a renewal is due; 0 when it is overdue. */
  msUntilRenewal(): number {
    const held = this.#held;
    const dueMs = held === undefined ? 0 : held.token.remainingMs() - held.margins.refreshAheadMs;
    return Math.max(0, dueMs, this.#cooldown.remainingMs());
  }

  status(): PhoenixTokenStatus {
    const failure = this.#cooldown.failure;
    const awaited = this.#held !== undefined || failure !== undefined;
    return statusOf({
      ...this.#held,
      failure,
      refreshing: this.#flight !== undefined,
      nextRefreshAt: awaited ? this.#dateIn(this.msUntilRenewal()) : undefined,
    });
  }

  /** Ends the renewal under way; from now on nothing is handed out. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#held = undefined;
    this.#flight?.abort(shutDownError());
    this.#flight = undefined;
    this.#events.complete();
  }

  /** A rejected promise while the vendor must not be asked, with the failure that still stands. */
  #refusal(pauseMs: number): Promise<never> | undefined {
    if (this.#closed) return Promise.reject(shutDownError());
    const failure = this.#cooldown.failure;
    if (failure === undefined || pauseMs <= 0 || this.#flight !== undefined) return undefined;
    return Promise.reject(withPause(failure.error, pauseMs));
  }

  #joinOrStart(trigger: RefreshTrigger): Promise<AccessToken> {
    this.#flight ??= new TokenFlight((flight) => this.#fly(flight, trigger));
    return this.#flight.result;
  }

  async #fly(flight: TokenFlight, trigger: RefreshTrigger): Promise<AccessToken> {
    const startedMs = this.clock.monotonicMs();
    try {
      const { token, attempts } = await this.renewal.run(flight.signal);
      if (this.#closed) throw shutDownError();
      const margins = marginsFor(token.lifetimeMs, this.policy, this.#jitter);
      if (tokenState(token.remainingMs(), margins) === 'EXPIRED') {
        throw invalidResponse('the token expired before it arrived');
      }
      if (flight.superseded) return token;
      if (this.#held !== undefined) this.#youngRejections = 0;
      this.#flight = undefined;
      this.#held = { token, margins };
      this.#cooldown.succeed();
      this.#events.next({
        type: 'refreshed',
        trigger,
        fingerprint: token.fingerprint,
        expiresAt: token.expiresAt,
        attempts,
        durationMs: this.clock.monotonicMs() - startedMs,
      });
      return token;
    } catch (error) {
      if (flight.superseded || this.#closed) throw error;
      this.#flight = undefined;
      this.#recordFailure(error as PhoenixError, trigger, startedMs);
      throw withPause(error as PhoenixError, this.#cooldown.remainingMs());
    }
  }

  #recordFailure(error: PhoenixError, trigger: RefreshTrigger, startedMs: number): void {
    const { failures } = this.#cooldown.fail(error);
    this.#events.next({
      type: 'refresh_failed',
      trigger,
      code: error.code,
      message: error.message,
      failures,
      retryAt: this.#dateIn(this.#cooldown.remainingMs()),
      servingToken: this.#usableToken() !== undefined,
      durationMs: this.clock.monotonicMs() - startedMs,
    });
  }

  #usableToken(): AccessToken | undefined {
    return this.peek(0);
  }

  /**
   * The first rejection of a young token may be bad luck; the second in a row earns a pause.
   * A token that is replaced without having been rejected ends the row.
   */
  #countRejection(token: AccessToken): void {
    this.#youngRejections = token.ageMs() < YOUNG_TOKEN_MS ? this.#youngRejections + 1 : 0;
    if (this.#youngRejections < 2) return;
    this.#cooldown.fail(tokenRejectedError(), this.#youngRejections - 1);
  }

  #dateIn(delayMs: number): Date {
    return new Date(this.clock.wallMs() + delayMs);
  }
}
