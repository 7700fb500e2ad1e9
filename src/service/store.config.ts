import { registerAs } from '@nestjs/config';
import {
  redisStoreOptionsFromEnvironment,
  type RedisTokenStoreOptions,
} from '../phoenix/redis/index.js';

/** Where replicas share the token; no `redis` without `PHOENIX_REDIS_URL`. */
export interface StoreConfig {
  readonly redis?: RedisTokenStoreOptions | undefined;
}

export const storeConfig = registerAs('store', (): StoreConfig => ({
  redis: redisStoreOptionsFromEnvironment(process.env),
}));
