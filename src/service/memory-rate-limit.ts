import { hash, randomBytes } from 'node:crypto';
import type { Budget, RateLimit } from './rate-limit.js';

/** Clients with a window of their own; 100,000 take about 20 MB. */
const MOST_WINDOWS = 100_000;
/** Windows that the clients beyond share. */
const SHARED_WINDOWS = 65_536;
/** Ended windows that one request removes: more than it can add, so that none piles up. */
const REMOVALS_PER_REQUEST = 2;

interface Window {
  used: number;
  endsAt: number;
}

export interface MemoryRateLimitOptions {
  readonly windowMs: number;
  /** Milliseconds on a clock that is never set back. Default: `performance.now`. */
  readonly now?: () => number;
}

/**
 * Counts in this process, within bounded memory. When there are too many clients, nobody loses what
 * was counted, which would hand fresh budgets to those who cause it: newcomers share windows,
 * chosen by a hash that nobody outside can compute, until others have ended.
 */
export class MemoryRateLimit implements RateLimit {
  readonly #windowMs: number;
  readonly #now: () => number;
  /** In the order in which they end, because all are equally long. */
  readonly #windows = new Map<string, Window>();
  readonly #shared: (Window | undefined)[] = [];
  readonly #secret = randomBytes(16).toString('hex');

  constructor({ windowMs, now = () => performance.now() }: MemoryRateLimitOptions) {
    this.#windowMs = windowMs;
    this.#now = now;
  }

  count(key: string): Budget {
    const now = this.#now();
    this.#removeEnded(now);
    const window = this.#windowOf(key, now);
    window.used++;
    return { used: window.used, resetsInMs: window.endsAt - now };
  }

  close(): void {
    this.#windows.clear();
    this.#shared.length = 0;
  }

  #windowOf(key: string, now: number): Window {
    const own = this.#windows.get(key);
    if (own !== undefined && own.endsAt > now) return own;
    if (own !== undefined) this.#windows.delete(key);
    const opened = { used: 0, endsAt: now + this.#windowMs };
    if (this.#windows.size < MOST_WINDOWS) {
      this.#windows.set(copyOf(key), opened);
      return opened;
    }
    const digest = hash('sha256', this.#secret + key, 'buffer');
    const index = digest.readUInt32LE() % SHARED_WINDOWS;
    const shared = this.#shared[index];
    return shared !== undefined && shared.endsAt > now ? shared : (this.#shared[index] = opened);
  }

  #removeEnded(now: number): void {
    let removed = 0;
    for (const [key, { endsAt }] of this.#windows) {
      if (endsAt > now || removed === REMOVALS_PER_REQUEST) return;
      this.#windows.delete(key);
      removed++;
    }
  }
}

/** A key that was cut out of a header would hold the whole header in memory. */
function copyOf(key: string): string {
  return Buffer.from(key).toString();
}
