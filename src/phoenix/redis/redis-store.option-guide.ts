import type { Guides } from '../option-problems.js';

/** One entry per option of `RedisTokenStore`. */
export const STORE_OPTION_GUIDE: Guides = {
  url: {
    env: { name: 'PHOENIX_REDIS_URL', kind: 'text' },
    remedy:
      'Give redis://host:6379 (rediss:// with TLS; user and password percent-encoded), or a client of ioredis as client instead',
  },
  client: {
    remedy: 'Give a client of a single Redis, made with new Redis(…) of ioredis, or a url instead',
  },
  encryptionKeys: {
    env: { name: 'PHOENIX_ENCRYPTION_KEYS', kind: 'list' },
    remedy:
      'Give one key or more as id and 32 bytes in base64 (openssl rand -base64 32; in the environment ' +
      "id:base64,…), or 'none' to leave the token readable in Redis",
  },
  prefix: {
    env: { name: 'PHOENIX_REDIS_PREFIX', kind: 'text' },
    remedy: 'Give up to 64 letters, digits, dots, colons, _ and -; phoenix is the default',
  },
  commandTimeoutMs: {
    env: { name: 'PHOENIX_REDIS_COMMAND_TIMEOUT_MS', kind: 'integer' },
    remedy: 'Give whole milliseconds from 10 to 10000; 500 is the default',
  },
  connectTimeoutMs: {
    env: { name: 'PHOENIX_REDIS_CONNECT_TIMEOUT_MS', kind: 'integer' },
    remedy: 'Give whole milliseconds from 10 to 30000; 2000 is the default',
  },
};
