import { AccessToken, instantOf, type Instant } from './access-token.js';
import type { Clock } from './clock.js';
import type { SharedFailure, SharedRecord, SharedToken } from './token-store.js';

/** What the replicas share, with the token's life on our own clocks. */
export interface SharedSight {
  readonly token: AccessToken | undefined;
  readonly failure: SharedFailure | undefined;
  /** Fingerprints of tokens that Phoenix rejected, and did not issue anew. */
  readonly rejected: readonly string[];
}

/** The shared record as this replica sees it: a rejected token is never in sight. */
export class SharedView {
  /** Rejections that the store does not know of yet. */
  readonly #untold = new Set<string>();
  /** Counts what makes an earlier look worthless. */
  #upheavals = 0;

  constructor(
    private readonly record: SharedRecord,
    private readonly clock: Clock,
  ) {}

  /**
   * Looks again whenever a rejection became known during the look.
   *
   * @throws {PhoenixError} `store_unavailable`
   */
  async look(): Promise<SharedSight> {
    for (;;) {
      const upheavals = this.#upheavals;
      const sight = await this.#lookOnce();
      if (upheavals === this.#upheavals) return sight;
    }
  }

  /**
   * Keeps the token out of sight and tells the store, whose word counts from then on.
   *
   * @throws {PhoenixError} `store_unavailable`; see {@link tellRejections}
   */
  async reject(fingerprint: string): Promise<void> {
    this.#untold.add(fingerprint);
    this.#upheavals++;
    await this.record.reject(fingerprint);
    this.#untold.delete(fingerprint);
    this.#upheavals++;
  }

  /** Tells the store of the rejections that could not be told. */
  async tellRejections(): Promise<void> {
    for (const fingerprint of this.#untold) await this.reject(fingerprint);
  }

  /** Another replica told of a rejection. */
  rejectedElsewhere(): void {
    this.#upheavals++;
  }

  async #lookOnce(): Promise<SharedSight> {
    const askedAt = instantOf(this.clock);
    const { token: shared, failure, rejected: known = [] } = await this.record.read();
    const token = shared && this.#tokenOf(shared, askedAt);
    const rejected = [...known, ...this.#untold];
    const usable = token !== undefined && !rejected.includes(token.fingerprint);
    return { token: usable ? token : undefined, failure, rejected };
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
