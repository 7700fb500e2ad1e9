import type { ExecutionContext } from '@nestjs/common';
import type { ThrottlerModuleOptions } from '@nestjs/throttler';
import type { FastifyRequest } from 'fastify';
import { storeSettingsFrom } from '../phoenix/redis/redis-store.settings.js';
import { RedisRateLimitStorage, type RedisRateLimit } from './redis-rate-limit.storage.js';
import { isProbe } from './probes.js';
import type { ServiceSettings } from './service.config.js';
import type { StoreConfig } from './store.config.js';

const WINDOW_SECONDS = 60;

/** So many requests per minute, client address and route; for all replicas together if they share a Redis. */
export function rateLimit(
  { rateLimitPerMinute: limit }: ServiceSettings,
  { redis, nodes }: StoreConfig,
): ThrottlerModuleOptions {
  return {
    throttlers: [{ ttl: WINDOW_SECONDS * 1000, limit }],
    errorMessage: 'Too many requests from your address. Wait as long as Retry-After says.',
    skipIf: (context) => limit === 0 || isProbe(pathOf(context)),
    ...(redis !== undefined &&
      limit > 0 && {
        storage: new RedisRateLimitStorage(
          { ...redisOf(redis()), limit, windowSeconds: WINDOW_SECONDS },
          nodes,
        ),
      }),
  };
}

/** The Redis of the token store, under the same limits. */
function redisOf(
  redis: ReturnType<NonNullable<StoreConfig['redis']>>,
): Omit<RedisRateLimit, 'limit' | 'windowSeconds'> {
  const { prefix, limits } = storeSettingsFrom(redis);
  return { url: redis.url, prefix, ...limits };
}

function pathOf(context: ExecutionContext): string | undefined {
  return context.switchToHttp().getRequest<FastifyRequest>().routeOptions.url;
}
