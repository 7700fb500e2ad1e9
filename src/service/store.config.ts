import { registerAs } from '@nestjs/config';
import { redisStoreOptionsFromEnvironment } from '../phoenix/redis/index.js';
import { NodeWatch } from '../phoenix/redis/node-watch.js';

type RedisOptions = NonNullable<ReturnType<typeof redisStoreOptionsFromEnvironment>>;

/** Where replicas share the token. */
export interface StoreConfig {
  /** Password and keys stand behind a function, so that nothing prints them. Undefined without `PHOENIX_REDIS_URL`. */
  readonly redis: (() => RedisOptions) | undefined;
  /** All that use it leave a node together that cannot be written. */
  readonly nodes: NodeWatch;
}

export const storeConfig = registerAs('store', (): StoreConfig => {
  const options = redisStoreOptionsFromEnvironment(process.env);
  return { redis: options && (() => options), nodes: new NodeWatch() };
});
