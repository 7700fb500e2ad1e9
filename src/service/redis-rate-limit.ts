import { Redis } from 'ioredis';
import { RateLimiterRedis } from 'rate-limiter-flexible';
import type { NodeWatch } from '../phoenix/redis/node-watch.js';
import { tend } from '../phoenix/redis/own-client.js';
import type { Budget, RateLimit } from './rate-limit.js';

const LONGEST_RECONNECT_PAUSE_MS = 2_000;
/** How long an orderly end may take before the connection is cut. */
const DISCONNECT_TIMEOUT_MS = 200;

export interface RedisRateLimitOptions {
  /** `redis://` or `rediss://` */
  readonly url: string;
  /** What the keys in Redis begin with. */
  readonly prefix: string;
  /** Longest wait for Redis before it counts as absent, in milliseconds. */
  readonly commandTimeoutMs: number;
  /** Longest wait for a connection, in milliseconds. */
  readonly connectTimeoutMs: number;
  /** Requests per window. */
  readonly limit: number;
  readonly windowSeconds: number;
  /** What counts while Redis cannot be used. */
  readonly fallback: RateLimit;
  /** Who else leaves a node that cannot be written. */
  readonly nodes: NodeWatch;
}

/**
 * Counts requests for all replicas in Redis. While Redis cannot be used, each replica counts for
 * itself, and nobody waits.
 */
export class RedisRateLimit implements RateLimit {
  readonly #redis: Redis;
  readonly #limiter: RateLimiterRedis;
  readonly #fallback: RateLimit;

  constructor(options: RedisRateLimitOptions) {
    const { prefix, limit: points, windowSeconds: duration, fallback } = options;
    this.#redis = connect(options);
    this.#fallback = fallback;
    this.#limiter = new RateLimiterRedis({
      storeClient: this.#redis,
      keyPrefix: `${prefix}:rate`,
      points,
      duration,
      rejectIfRedisNotReady: true,
    });
  }

  async count(key: string): Promise<Budget> {
    try {
      const { consumedPoints, msBeforeNext } = await this.#limiter.penalty(key);
      return { used: consumedPoints, resetsInMs: msBeforeNext };
    } catch {
      return this.#fallback.count(key);
    }
  }

  close(): void {
    this.#redis.disconnect();
    this.#fallback.close();
  }
}

/** A connection without a reply in time is dropped, so that a frozen Redis is soon an absent one. */
function connect({ url, commandTimeoutMs, connectTimeoutMs, nodes }: RedisRateLimitOptions): Redis {
  const redis = new Redis(url, {
    connectionName: 'nestjs-phoenix-rate-limit',
    connectTimeout: connectTimeoutMs,
    socketTimeout: commandTimeoutMs,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    disconnectTimeout: DISCONNECT_TIMEOUT_MS,
    reconnectOnError: (error) => {
      nodes.inspect(error);
      return false;
    },
    retryStrategy: (attempt) => Math.min(LONGEST_RECONNECT_PAUSE_MS, 50 * 2 ** attempt),
  });
  // The token store, which uses the same Redis, reports what is wrong with it.
  redis.on('error', () => undefined);
  tend(redis, connectTimeoutMs);
  const forget = nodes.join(() => {
    if (redis.status === 'ready') redis.disconnect(true);
  });
  redis.on('end', forget);
  return redis;
}
