import { PhoenixError } from '../phoenix-error.js';
import { instantOf, type Instant } from '../token/access-token.js';
import type { Clock, Random } from '../token/clock.js';
import { Cooldown } from '../token/cooldown.js';
import type { KeySet } from './key-set.js';

/** How long fetched keys are used, so that a key which the issuer withdraws is soon refused. */
const USED_FOR_MS = 600_000;
/** After a fetch, an unknown key causes the next one this much later at the earliest. */
const LEAST_INTERVAL_MS = 30_000;

/** No keys, so that nobody can tell whether a JWT is good. */
export class KeysUnavailableError extends Error {
  constructor(readonly retryAfterMs: number) {
    super('The keys that check JWTs cannot be fetched at the moment.');
  }
}

/** Who is told when keys can no longer be fetched, and when they can again. */
export interface KeySetReporter {
  failed(error: PhoenixError): void;
  recovered(): void;
}

/**
 * The keys of an issuer, fetched when somebody needs them. Whatever strangers send, the issuer is asked
 * by one request at a time, and never sooner than 30 seconds after a success, or than a growing pause
 * after a failure.
 *
 * - no keys, or older than ten minutes: a caller waits for a fetch; in a pause it fails at once
 * - keys of at most ten minutes: they answer; a JWT that fits none of them may cause a fetch,
 *   whose failure changes nothing for callers
 */
export class KeySetCache {
  #held: { readonly set: KeySet; readonly fetchedAt: Instant } | undefined;
  #flight: Promise<KeySet> | undefined;
  readonly #cooldown: Cooldown;

  /** @param fetch asks the issuer once; rejects with a `PhoenixError` */
  constructor(
    private readonly fetch: () => Promise<KeySet>,
    private readonly clock: Clock,
    random: Random,
    private readonly reporter: KeySetReporter,
  ) {
    this.#cooldown = new Cooldown(clock, random);
  }

  /**
   * The keys as they are known.
   *
   * @throws {KeysUnavailableError}
   */
  async current(): Promise<KeySet> {
    if (this.#held !== undefined && this.#ageMs(this.#held.fetchedAt) <= USED_FOR_MS) {
      return this.#held.set;
    }
    const pauseMs = this.#cooldown.remainingMs();
    if (pauseMs > 0) throw new KeysUnavailableError(pauseMs);
    return this.#fetchOnce();
  }

  /** Other keys than these, for a JWT that fits none of them; undefined when there are none at present. */
  async newerThan(known: KeySet): Promise<KeySet | undefined> {
    const held = this.#held;
    if (held !== undefined && held.set !== known) return held.set;
    const recent = held !== undefined && this.#ageMs(held.fetchedAt) < LEAST_INTERVAL_MS;
    if (recent || this.#cooldown.remainingMs() > 0) return undefined;
    return this.#fetchOnce().catch(() => undefined);
  }

  #fetchOnce(): Promise<KeySet> {
    this.#flight ??= this.#fetch().finally(() => {
      this.#flight = undefined;
    });
    return this.#flight;
  }

  async #fetch(): Promise<KeySet> {
    const fetchedAt = instantOf(this.clock);
    try {
      const set = await this.fetch();
      if (this.#cooldown.failure !== undefined) this.reporter.recovered();
      this.#cooldown.succeed();
      this.#held = { set, fetchedAt };
      return set;
    } catch (error) {
      if (!(error instanceof PhoenixError)) throw error;
      if (this.#cooldown.failure === undefined) this.reporter.failed(error);
      this.#cooldown.fail(error);
      throw new KeysUnavailableError(this.#cooldown.remainingMs());
    }
  }

  /** By the clock that shows more: a suspended machine stops one, an administrator steps the other. */
  #ageMs({ wallMs, monotonicMs }: Instant): number {
    return Math.max(this.clock.wallMs() - wallMs, this.clock.monotonicMs() - monotonicMs);
  }
}
