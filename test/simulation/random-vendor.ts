import { PhoenixError } from '../../src/phoenix/phoenix-error.js';
import { AccessToken, instantOf } from '../../src/phoenix/token/access-token.js';
import type { Random } from '../../src/phoenix/token/clock.js';
import type { TokenIssuer } from '../../src/phoenix/token/token-endpoint.js';
import { between } from './prng.js';
import { pass } from './pass.js';
import { MINUTE, SECOND } from './scripted-issuer.js';
import type { SimulatedClock } from './simulated-clock.js';
import { at, type LifePeriod, type Trouble } from './timeline.js';

interface IssuedToken {
  readonly value: string;
  readonly lifetimeMs: number;
  readonly expiresAtTrueMs: number;
}

export const SHORTEST_RETRY_AFTER_MS = 20 * SECOND;
const LONGEST_OBEYED_RETRY_AFTER_MS = 5 * MINUTE;

/** A vendor with moods. It alone knows when its tokens really expire. */
export class RandomVendor implements TokenIssuer {
  requests = 0;
  /** How often it gave the same token again. */
  reissues = 0;
  /** What it has to complain about. */
  readonly complaints: string[] = [];

  readonly #issued = new Map<string, IssuedToken>();
  #latest: IssuedToken | undefined;
  readonly #open = new Set<AbortSignal>();
  #pauseUntilMs = 0;
  #failuresInARow = 0;

  constructor(
    private readonly clock: SimulatedClock,
    private readonly random: Random,
    private readonly troubles: readonly Trouble[],
    private readonly lives: readonly LifePeriod[],
  ) {}

  /** True life left of a token, and all of the life it was issued with. */
  lifeOf(value: string): { remainingMs: number; lifetimeMs: number } {
    const token = this.#issued.get(value);
    return token === undefined
      ? { remainingMs: -Infinity, lifetimeMs: 0 }
      : {
          remainingMs: token.expiresAtTrueMs - this.clock.trueMs(),
          lifetimeMs: token.lifetimeMs,
        };
  }

  async requestToken(signal: AbortSignal): Promise<AccessToken> {
    this.requests++;
    if ([...this.#open].some(({ aborted }) => !aborted)) {
      this.complaints.push('two requests at the same time');
    }
    this.#open.add(signal);
    if (this.clock.monotonicMs() < this.#pauseUntilMs) {
      this.complaints.push('a request within the Retry-After pause');
    }
    try {
      return await this.#answer(signal);
    } finally {
      this.#open.delete(signal);
    }
  }

  async #answer(signal: AbortSignal): Promise<AccessToken> {
    const requestedAt = instantOf(this.clock);
    const trouble = at(this.troubles, this.clock.monotonicMs());
    const lifetimeMs = at(this.lives, this.clock.monotonicMs())?.lifetimeMs ?? MINUTE;
    if (trouble !== undefined) await this.#misbehave(trouble, signal);
    const slow = this.random() < 0.2;
    await pass(
      this.clock,
      between(this.random, 0, slow ? Math.min(4_000, lifetimeMs * 0.4) : 200),
      signal,
    );
    const { value, expiresAtTrueMs } = this.#again() ?? this.#issue(lifetimeMs);
    const life = { lifetimeMs: expiresAtTrueMs - this.clock.trueMs(), scope: ['iframe'] };
    return new AccessToken({ value, requestedAt, ...life }, this.clock);
  }

  async #misbehave({ kind }: Trouble, signal: AbortSignal): Promise<void> {
    if (kind === 'hanging') await pass(this.clock, Infinity, signal);
    await pass(this.clock, between(this.random, 0, 1_000), signal);
    switch (kind) {
      case 'flaky':
        if (this.#hasAGoodMoment()) return;
        throw new PhoenixError('server_error', kind, { status: 500 });
      case 'unreachable':
        throw new PhoenixError('network_error', kind);
      case 'rate_limited':
        throw this.#rateLimited();
      case 'refusing':
        throw new PhoenixError('invalid_client', kind, { status: 401 });
      default:
        throw new PhoenixError('server_error', kind, { status: 503 });
    }
  }

  /** Flaky, but never so that three attempts fail. */
  #hasAGoodMoment(): boolean {
    const good = this.#failuresInARow === 2 || this.random() < 0.5;
    this.#failuresInARow = good ? 0 : this.#failuresInARow + 1;
    return good;
  }

  #rateLimited(): PhoenixError {
    const retryAfterMs = between(this.random, SHORTEST_RETRY_AFTER_MS, 10 * MINUTE);
    const obeyedMs = Math.min(retryAfterMs, LONGEST_OBEYED_RETRY_AFTER_MS);
    this.#pauseUntilMs = this.clock.monotonicMs() + obeyedMs;
    return new PhoenixError('rate_limited', 'slow down', { status: 429, retryAfterMs });
  }

  #issue(lifetimeMs: number): IssuedToken {
    const value = `token-${this.#issued.size + 1}`;
    const token = { value, lifetimeMs, expiresAtTrueMs: this.clock.trueMs() + lifetimeMs };
    this.#issued.set(value, token);
    this.#latest = token;
    return token;
  }

  /** Now and then, the token that it gave last time, as long as that is good for a while. */
  #again(): IssuedToken | undefined {
    const latest = this.#latest;
    if (latest === undefined || this.random() > 0.05) return undefined;
    const remainingMs = latest.expiresAtTrueMs - this.clock.trueMs();
    if (remainingMs < 30 * SECOND) return undefined;
    this.reissues++;
    const shortened = { ...latest, lifetimeMs: remainingMs };
    this.#issued.set(latest.value, shortened);
    return shortened;
  }
}
