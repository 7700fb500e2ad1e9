import { MemoryRateLimit } from './memory-rate-limit.js';
import { storeSettingsFrom } from '../phoenix/redis/redis-store.settings.js';
import type { StoreConfig } from './store.config.js';

const WINDOW_MS = 60_000;

/** What a request leaves of the budget of its client. */
export interface Budget {
  /** Requests within the window so far, this one included. */
  readonly used: number;
  /** Time until the budget is whole again, in milliseconds. */
  readonly resetsInMs: number;
}

/** Counts the requests of each client, within windows that begin with its first request. */
export interface RateLimit {
  /** Counts one request. */
  count(key: string): Budget | Promise<Budget>;
  close(): void;
}

/** One limit for all replicas together if they share a Redis; the driver is loaded for that only. */
export async function createRateLimit(
  limit: number,
  { redis, nodes }: StoreConfig,
): Promise<RateLimit | undefined> {
  if (limit === 0) return undefined;
  const alone = new MemoryRateLimit({ windowMs: WINDOW_MS });
  if (redis === undefined) return alone;
  const { RedisRateLimit } = await import('./redis-rate-limit.js');
  const options = redis();
  const { prefix, limits } = storeSettingsFrom(options);
  return new RedisRateLimit({
    url: options.url,
    prefix,
    ...limits,
    limit,
    windowSeconds: WINDOW_MS / 1000,
    fallback: alone,
    nodes,
  });
}
