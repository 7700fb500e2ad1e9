import { Subject, type Observable } from 'rxjs';
import type { PhoenixError } from '../phoenix-error.js';
import { abortable } from './abortable.js';
import type { AccessToken } from './access-token.js';
import type { Clock, Random } from './clock.js';
import {
  endLease,
  isOwnFailure,
  shareFailure,
  shareToken,
  shareVendorPause,
} from './shared-outcome.js';
import type { SharedSight, SharedView } from './shared-view.js';
import { StandingFailure } from './standing-failure.js';
import {
  isStoreFailure,
  messageFromOtherReplica,
  otherReplicaTimeoutError,
  storeUnavailableError,
} from './token-errors.js';
import { handOut, marginsFor, usableMsOf, type TokenPolicy } from './token-policy.js';
import type { RenewalLimits, TokenRenewal } from './token-renewal.js';
import type { RenewedToken, TokenDemand, TokenSource } from './token-source.js';
import type { RenewalLease, SharedRecord, StoreNews } from './token-store.js';

/** A lease outlives the renewal it covers by this much, so that nobody else starts while it may still succeed. */
const LEASE_MARGIN_MS = 2_000;
/** News can get lost, so whoever waits looks for himself this often. */
const POLL_MS = 200;

/**
 * One renewal for all replicas: whoever gets the lease makes the request, everybody else
 * takes its token or its failure. Without the store, each replica renews for itself.
 */
export class SharedRenewal implements TokenSource {
  readonly #sightings = new Subject<SharedSight>();
  readonly #underWay = new Set<Promise<RenewedToken>>();

  constructor(
    private readonly renewal: TokenRenewal,
    private readonly record: SharedRecord,
    private readonly view: SharedView,
    private readonly news$: Observable<StoreNews>,
    private readonly policy: TokenPolicy,
    private readonly limits: RenewalLimits,
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  /** Tokens that do not meet the demand, yet may be better than none. */
  get sightings$(): Observable<SharedSight> {
    return this.#sightings;
  }

  /**
   * @throws {PhoenixError} of the renewal, whoever made it; `timeout` when another replica's
   * takes too long; or the reason of `signal`
   */
  async run(signal: AbortSignal, demand: TokenDemand): Promise<RenewedToken> {
    const renewed = this.#run(signal, demand);
    this.#underWay.add(renewed);
    try {
      return await renewed;
    } finally {
      this.#underWay.delete(renewed);
    }
  }

  /** Resolves when the renewals under way, once aborted, have told the others what they have to know. */
  async ended(): Promise<void> {
    await Promise.allSettled(this.#underWay);
  }

  async #run(signal: AbortSignal, demand: TokenDemand): Promise<RenewedToken> {
    const startedMs = this.clock.monotonicMs();
    try {
      return await this.#shareOrRenew(signal, demand, startedMs);
    } catch (error) {
      signal.throwIfAborted();
      if (!isStoreFailure(error)) throw error;
      return this.#renewAlone(signal, demand, startedMs);
    }
  }

  async #shareOrRenew(
    signal: AbortSignal,
    demand: TokenDemand,
    startedMs: number,
  ): Promise<RenewedToken> {
    for (;;) {
      const { learnt } = this.view;
      const found = await abortable(this.#look(demand, startedMs), signal);
      signal.throwIfAborted();
      if (found.suitable !== undefined) return { token: found.suitable, attempts: 0 };
      const askedMs = this.clock.monotonicMs();
      const lease = await this.record.acquire(this.#leaseMs);
      const renewed = lease && (await this.#renewUnder(lease, askedMs, signal, demand, startedMs));
      // The lease's end takes a while, too, in which it may have been rejected.
      if (renewed !== undefined && !this.view.isRejected(renewed.token, learnt)) return renewed;
      const leftMs = this.#leftMs(startedMs);
      if (leftMs <= 0) throw otherReplicaTimeoutError(this.limits.acquireTimeoutMs);
      if (renewed === undefined) await this.#newsOr(Math.min(leftMs, POLL_MS), signal);
    }
  }

  /**
   * @param askedMs when the lease was asked for: it counts from then on at the earliest
   * @returns undefined when a rejection or a later lease overtook this renewal, or the lease would be over too soon
   */
  async #renewUnder(
    lease: RenewalLease,
    askedMs: number,
    signal: AbortSignal,
    demand: TokenDemand,
    startedMs: number,
  ): Promise<RenewedToken | undefined> {
    try {
      // Somebody may have finished between our look and our lease.
      const found = await abortable(this.#look(demand, startedMs), signal);
      signal.throwIfAborted();
      if (found.suitable !== undefined) return { token: found.suitable, attempts: 0 };
      if (!this.#coversRequestSince(askedMs)) {
        if (this.#leftMs(startedMs) > 0) return undefined;
        throw storeUnavailableError('it answers too slowly');
      }
      const renewed = await this.#request(lease, signal, demand, startedMs, found);
      const usableMs = usableMsOf(renewed.token, this.policy);
      return (await shareToken(lease, renewed.token, usableMs)) ? renewed : undefined;
    } finally {
      await endLease(lease);
    }
  }

  async #request(
    lease: RenewalLease,
    signal: AbortSignal,
    demand: TokenDemand,
    startedMs: number,
    { failure: earlier }: SharedSight,
  ): Promise<RenewedToken> {
    try {
      return await this.#renewAlone(signal, demand, startedMs);
    } catch (error) {
      const cause = error as PhoenixError;
      if (signal.aborted || isOwnFailure(cause)) {
        await shareVendorPause(lease, this.renewal.heldUpBy ?? cause, earlier);
        throw error;
      }
      throw await shareFailure(lease, cause, earlier, this.random);
    }
  }

  /** @throws {StandingFailure} while the vendor must not be asked */
  async #look(
    demand: TokenDemand,
    startedMs: number,
  ): Promise<SharedSight & { readonly suitable: AccessToken | undefined }> {
    const sight = await this.view.look();
    const { token, failure } = sight;
    if (token !== undefined && this.#suits(token, demand, startedMs)) {
      return { ...sight, suitable: token };
    }
    this.#sightings.next(sight);
    const pauseMs = demand.forced ? failure?.vendorPauseMs : failure?.pauseMs;
    if (failure !== undefined && pauseMs !== undefined && pauseMs > 0) {
      throw new StandingFailure(messageFromOtherReplica(failure), failure);
    }
    return { ...sight, suitable: undefined };
  }

  #suits(token: AccessToken, demand: TokenDemand, startedMs: number): boolean {
    const { held, forced } = demand;
    if (forced) return token.ageMs() <= Math.ceil(this.clock.monotonicMs() - startedMs);
    const margins = marginsFor(token.lifetimeMs, this.policy, 0);
    const remainingMs = token.remainingMs();
    return (
      handOut(remainingMs, margins, this.policy.minRemainingMs) !== 'await_renewal' &&
      (held === undefined || token.outlives(held))
    );
  }

  /** Takes what is left of a caller's wait, and always enough for one request. */
  #renewAlone(signal: AbortSignal, demand: TokenDemand, startedMs: number): Promise<RenewedToken> {
    const budgetMs = Math.max(this.#leftMs(startedMs), this.limits.requestTimeoutMs);
    return this.renewal.run(signal, { ...demand, budgetMs });
  }

  get #leaseMs(): number {
    return this.limits.acquireTimeoutMs + LEASE_MARGIN_MS;
  }

  /** A lease that came late, or a process that was suspended, may leave too little time. */
  #coversRequestSince(askedMs: number): boolean {
    const elapsedMs = this.clock.monotonicMs() - askedMs;
    return elapsedMs + this.limits.requestTimeoutMs <= this.#leaseMs;
  }

  #leftMs(startedMs: number): number {
    return this.limits.acquireTimeoutMs - (this.clock.monotonicMs() - startedMs);
  }

  async #newsOr(waitMs: number, signal: AbortSignal): Promise<void> {
    const cleanUp: (() => void)[] = [];
    const woken = new Promise<void>((resolve) => {
      const subscription = this.news$.subscribe(() => {
        resolve();
      });
      cleanUp.push(this.clock.schedule(resolve, waitMs), () => {
        subscription.unsubscribe();
      });
    });
    try {
      await abortable(woken, signal);
    } finally {
      for (const clean of cleanUp) clean();
    }
  }
}
