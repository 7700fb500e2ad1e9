import { registerAs } from '@nestjs/config';
import { redisStoreOptionsFromEnvironment } from '../phoenix/redis/index.js';
import { NodeWatch } from '../phoenix/redis/node-watch.js';

/** Where replicas share the token; no `redis` without `PHOENIX_REDIS_URL`. */
export interface StoreConfig {
  readonly redis: ReturnType<typeof redisStoreOptionsFromEnvironment>;
  /** All that use it leave a node together that cannot be written. */
  readonly nodes: NodeWatch;
}

export const storeConfig = registerAs('store', (): StoreConfig => ({
  redis: redisStoreOptionsFromEnvironment(process.env),
  nodes: new NodeWatch(),
}));
