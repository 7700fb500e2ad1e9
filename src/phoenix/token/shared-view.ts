import { AccessToken, AGE_TOLERANCE_MS, instantOf, type Instant } from './access-token.js';
import type { Clock } from './clock.js';
import type { SharedFailure, SharedRecord, SharedToken } from './token-store.js';

/** What the replicas share, with the token's life on our own clocks. */
export interface SharedSight {
  readonly token: AccessToken | undefined;
  readonly failure: SharedFailure | undefined;
  /** Fingerprints of tokens that Phoenix rejected, and did not issue anew. */
  readonly rejected: readonly string[];
}

/** By the time that so many are rejected, the first ones have long expired. */
const REMEMBERED_REJECTIONS = 100;

interface KnownRejection {
  /** Counts the rejections that we learnt of. */
  readonly ordinal: number;
  readonly atMonotonicMs: number;
}

/**
 * The shared record as this replica sees it: a rejected token is never in sight,
 * even if the store has lost or not yet heard what it was told.
 */
export class SharedView {
  /** Rejections that the store does not know of yet. */
  readonly #untold = new Set<string>();
  readonly #known = new Map<string, KnownRejection>();
  #learnt = 0;

  constructor(
    private readonly record: SharedRecord,
    private readonly clock: Clock,
  ) {}

  /** How many rejections this replica has learnt of. */
  get learnt(): number {
    return this.#learnt;
  }

  /** @throws {PhoenixError} `store_unavailable` */
  async look(): Promise<SharedSight> {
    const { learnt } = this;
    const askedAt = instantOf(this.clock);
    const { token: shared, failure, rejected: told = [] } = await this.record.read();
    const token = shared && this.#tokenOf(shared, askedAt);
    const rejected = [...told, ...this.#untold];
    const usable =
      token !== undefined &&
      !rejected.includes(token.fingerprint) &&
      !this.isRejected(token, learnt);
    return { token: usable ? token : undefined, failure, rejected };
  }

  /**
   * Whether a rejection speaks against this token that Phoenix has not issued anew since.
   *
   * @param learntBefore what {@link learnt} was before the token was looked for: it may be
   * older than anything that was learnt since
   */
  isRejected(token: AccessToken, learntBefore: number): boolean {
    const rejection = this.#known.get(token.fingerprint);
    if (rejection === undefined) return false;
    const sinceMs = this.clock.monotonicMs() - rejection.atMonotonicMs;
    return rejection.ordinal > learntBefore || token.ageMs() > sinceMs + AGE_TOLERANCE_MS;
  }

  /**
   * Keeps the token out of sight, unless Phoenix issues it anew, and tells the store.
   *
   * @throws {PhoenixError} `store_unavailable`; see {@link tellRejections}
   */
  async reject(fingerprint: string): Promise<void> {
    this.#untold.add(fingerprint);
    this.rejectedElsewhere(fingerprint);
    await this.record.reject(fingerprint);
    this.#untold.delete(fingerprint);
  }

  /** Tells the store of the rejections that could not be told. */
  async tellRejections(): Promise<void> {
    for (const fingerprint of this.#untold) await this.reject(fingerprint);
  }

  /** Another replica told of a rejection. */
  rejectedElsewhere(fingerprint: string): void {
    this.#known.delete(fingerprint);
    this.#known.set(fingerprint, {
      ordinal: ++this.#learnt,
      atMonotonicMs: this.clock.monotonicMs(),
    });
    const [oldest] = this.#known.keys();
    if (this.#known.size > REMEMBERED_REJECTIONS && oldest !== undefined) {
      this.#known.delete(oldest);
    }
  }

  /** Its remaining life counts from before the look, so that no delay on the way can lengthen it. */
  #tokenOf({ value, scope, lifetimeMs, remainingMs }: SharedToken, askedAt: Instant): AccessToken {
    const ageMs = lifetimeMs - remainingMs;
    const requestedAt = {
      wallMs: askedAt.wallMs - ageMs,
      monotonicMs: askedAt.monotonicMs - ageMs,
    };
    return new AccessToken({ value, scope, lifetimeMs, requestedAt }, this.clock);
  }
}
