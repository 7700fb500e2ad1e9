import { registerAs } from '@nestjs/config';
import { redisStoreOptionsFromEnvironment } from '../phoenix/redis/index.js';

/** Where replicas share the token; no `redis` without `PHOENIX_REDIS_URL`. */
export interface StoreConfig {
  readonly redis: ReturnType<typeof redisStoreOptionsFromEnvironment>;
}

export const storeConfig = registerAs('store', (): StoreConfig => ({
  redis: redisStoreOptionsFromEnvironment(process.env),
}));
