import type { OnApplicationShutdown } from '@nestjs/common';
import type { ThrottlerStorage } from '@nestjs/throttler';
import { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible';
import type { NodeWatch } from '../phoenix/redis/node-watch.js';
import { tend } from '../phoenix/redis/own-client.js';

const LONGEST_RECONNECT_PAUSE_MS = 2_000;
/** How long an orderly end may take before the connection is cut. */
const DISCONNECT_TIMEOUT_MS = 200;

export interface RedisRateLimit {
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
}

type ThrottlerRecord = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/**
 * Counts requests for all replicas in Redis. While Redis cannot be used, each replica counts for
 * itself, and nobody waits.
 */
export class RedisRateLimitStorage implements ThrottlerStorage, OnApplicationShutdown {
  readonly #redis: Redis;
  readonly #limiter: RateLimiterRedis;

  /** @param nodes who else leaves a node that cannot be written */
  constructor(rateLimit: RedisRateLimit, nodes: NodeWatch) {
    const { prefix, limit: points, windowSeconds: duration } = rateLimit;
    this.#redis = connect(rateLimit, nodes);
    this.#limiter = new RateLimiterRedis({
      storeClient: this.#redis,
      keyPrefix: `${prefix}:rate`,
      points,
      duration,
      rejectIfRedisNotReady: true,
      insuranceLimiter: new RateLimiterMemory({ points, duration }),
    });
  }

  async increment(key: string, _ttl: number, limit: number): Promise<ThrottlerRecord> {
    const { consumedPoints, msBeforeNext } = await this.#limiter.penalty(key);
    const isBlocked = consumedPoints > limit;
    const timeToExpire = Math.ceil(msBeforeNext / 1000);
    return {
      totalHits: consumedPoints,
      timeToExpire,
      isBlocked,
      timeToBlockExpire: isBlocked ? timeToExpire : 0,
    };
  }

  onApplicationShutdown(): void {
    this.#redis.disconnect();
  }
}

/** A connection without a reply in time is dropped, so that a frozen Redis is soon an absent one. */
function connect(
  { url, commandTimeoutMs, connectTimeoutMs }: RedisRateLimit,
  nodes: NodeWatch,
): Redis {
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
