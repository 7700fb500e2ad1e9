import { AsyncResource } from 'node:async_hooks';
import { Subject, type Observable } from 'rxjs';
import type { PhoenixError } from '../phoenix-error.js';
import { abortable } from './abortable.js';
import { fingerprintOf, type AccessToken } from './access-token.js';
import type { Clock, Random } from './clock.js';
import { Cooldown, type RememberedFailure } from './cooldown.js';
import { Rejections } from './rejections.js';
import { shutDownError, tokenRejectedError, withPause } from './token-errors.js';
import type { RefreshTrigger, TokenLifecycleEvent, TokenRefreshedEvent } from './token-events.js';
import {
  handOut,
  marginsFor,
  tokenState,
  type TokenMargins,
  type TokenPolicy,
} from './token-policy.js';
import { TokenFlight } from './token-flight.js';
import { invalidResponse } from './token-response.js';
import type { TokenDemand, TokenSource } from './token-source.js';
import { statusOf, type PhoenixTokenStatus } from './token-status.js';

interface HeldToken {
  readonly token: AccessToken;
  readonly margins: TokenMargins;
  /** Whether another replica obtained it. */
  readonly shared: boolean;
}

/**
 * Holds the one token and decides, for every caller and every trigger, between
 * handing it out, renewing it in the background and waiting for the one renewal.
 */
export class TokenKeeper {
  readonly #events = new Subject<TokenLifecycleEvent>();
  readonly #cooldown: Cooldown;
  readonly #jitter: number;
  readonly #rejections = new Rejections();
  /** A renewal is for everybody: it does not run in the async context of the request that caused it. */
  readonly #outside = new AsyncResource('PhoenixRenewal');
  #held: HeldToken | undefined;
  #flight: TokenFlight | undefined;
  #closed = false;

  constructor(
    private readonly source: TokenSource,
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

  /** The current token, whatever its state. */
  get held(): AccessToken | undefined {
    return this.#held?.token;
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
  async obtain(
    signal?: AbortSignal,
    minRemainingMs = this.policy.minRemainingMs,
  ): Promise<AccessToken> {
    try {
      const token = await abortable(this.renew('demand'), signal);
      if (!this.#tooOld(token, minRemainingMs)) return token;
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
    return this.#drop(fingerprintOf(value), false);
  }

  /** Like {@link invalidate}, for a token that another replica reported by its fingerprint. */
  dropRejected(fingerprint: string): void {
    this.#drop(fingerprint, true);
  }

  /**
   * Takes a token that another replica obtained, if it is better than the one at hand.
   *
   * @param recovered whether no failure stands between the replicas any more
   */
  adopt(token: AccessToken, recovered: boolean): void {
    const held = this.#held?.token;
    if (this.#closed) return;
    if (held !== undefined && !token.outlives(held)) return;
    if (tokenState(token.remainingMs(), this.#marginsFor(token)) === 'EXPIRED') return;
    if (recovered) this.#cooldown.succeed();
    this.#hold(token, { trigger: 'shared', attempts: 0, durationMs: 0 });
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

  #drop(fingerprint: string, shared: boolean): boolean {
    const held = this.#held;
    if (held?.token.fingerprint !== fingerprint) return false;
    this.#held = undefined;
    const outdated = this.#flight;
    this.#flight = undefined;
    const inARow = this.#rejections.count(held.token);
    const failure = inARow > 0 ? this.#cooldown.fail(tokenRejectedError(), inARow) : undefined;
    this.#events.next({ type: 'invalidated', fingerprint, shared });
    if (failure !== undefined) this.#tellOf(failure, 'invalidated', 0);
    const successor = this.renew('invalidated');
    successor.catch(() => undefined);
    outdated?.supersedeBy(successor);
    return true;
  }

  #joinOrStart(trigger: RefreshTrigger): Promise<AccessToken> {
    if (this.#flight === undefined) {
      const demand = { held: this.#held?.token, forced: trigger === 'manual' };
      this.#flight = this.#outside.runInAsyncScope(
        () => new TokenFlight((flight) => this.#fly(flight, trigger, demand)),
      );
    }
    return this.#flight.result;
  }

  async #fly(
    flight: TokenFlight,
    trigger: RefreshTrigger,
    demand: TokenDemand,
  ): Promise<AccessToken> {
    const startedMs = this.clock.monotonicMs();
    try {
      const { token, attempts } = await this.source.run(flight.signal, demand);
      if (this.#closed) throw shutDownError();
      if (tokenState(token.remainingMs(), this.#marginsFor(token)) === 'EXPIRED') {
        throw invalidResponse('the token expired before it arrived');
      }
      if (flight.superseded) return token;
      this.#flight = undefined;
      this.#cooldown.succeed();
      const durationMs = Math.round(this.clock.monotonicMs() - startedMs);
      this.#hold(token, { trigger, attempts, durationMs });
      return token;
    } catch (error) {
      if (flight.superseded || this.#closed) throw error;
      this.#flight = undefined;
      const failure = this.#cooldown.fail(error as PhoenixError);
      this.#tellOf(failure, trigger, Math.round(this.clock.monotonicMs() - startedMs));
      throw withPause(error as PhoenixError, this.#cooldown.remainingMs());
    }
  }

  #hold(
    token: AccessToken,
    how: Pick<TokenRefreshedEvent, 'trigger' | 'attempts' | 'durationMs'>,
  ): void {
    const { fingerprint, expiresAt } = token;
    const shared = how.attempts === 0;
    const known = this.#held?.token;
    if (shared && known?.fingerprint === fingerprint && !token.outlives(known)) return;
    if (this.#held !== undefined) this.#rejections.endRow();
    this.#held = { token, margins: this.#marginsFor(token), shared };
    this.#events.next({ type: 'refreshed', fingerprint, expiresAt, ...how });
  }

  #marginsFor(token: AccessToken): TokenMargins {
    return marginsFor(token.lifetimeMs, this.policy, this.#jitter);
  }

  /** Whether another replica obtained this token too long ago for this caller. */
  #tooOld(token: AccessToken, minRemainingMs: number): boolean {
    const held = this.#held;
    if (held?.token !== token || !held.shared) return false;
    return handOut(token.remainingMs(), held.margins, minRemainingMs) === 'await_renewal';
  }

  #tellOf(
    { error, failures }: RememberedFailure,
    trigger: RefreshTrigger,
    durationMs: number,
  ): void {
    const { vendorDescription } = error;
    this.#events.next({
      type: 'refresh_failed',
      trigger,
      code: error.code,
      message: error.message,
      ...(vendorDescription !== undefined && { vendorDescription }),
      failures,
      retryAt: this.#dateIn(this.#cooldown.remainingMs()),
      servingToken: this.#usableToken() !== undefined,
      durationMs,
    });
  }

  #usableToken(): AccessToken | undefined {
    return this.peek(0);
  }

  #dateIn(delayMs: number): Date {
    return new Date(this.clock.wallMs() + delayMs);
  }
}
