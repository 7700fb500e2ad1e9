export { RedisTokenStore } from './redis-token-store.js';
export type { EncryptionKey, RedisTokenStoreOptions } from './redis-store.options.js';
export { redisStoreOptionsFromEnvironment } from './redis.environment.js';
