import { readVariables, type Environment } from '../environment-variables.js';
import { PhoenixOptionsError } from '../option-problems.js';
import { findStoreProblems } from './redis-store.settings.js';
import { STORE_OPTION_GUIDE } from './redis-store.option-guide.js';
import type { EncryptionKey, RedisTokenStoreOptions } from './redis-store.options.js';

/**
 * Reads the options of `RedisTokenStore` from `PHOENIX_REDIS_URL`, `PHOENIX_ENCRYPTION_KEYS` and
 * the like. Empty variables count as unset.
 *
 * @returns undefined without `PHOENIX_REDIS_URL`
 * @throws {PhoenixOptionsError} that lists every problem by the variable's name
 *
 * @publicApi
 */
export function redisStoreOptionsFromEnvironment(
  environment: Environment,
): (RedisTokenStoreOptions & { readonly url: string }) | undefined {
  const options = readVariables(STORE_OPTION_GUIDE, environment);
  if (options.url === undefined) return undefined;
  if (Array.isArray(options.encryptionKeys)) {
    options.encryptionKeys = keysIn(options.encryptionKeys as string[]);
  }
  const problems = findStoreProblems(options, 'env');
  if (problems.length > 0) throw new PhoenixOptionsError(problems, 'RedisTokenStore');
  return options as unknown as RedisTokenStoreOptions & { readonly url: string };
}

function keysIn(items: readonly string[]): readonly EncryptionKey[] | 'none' {
  if (items.length === 1 && items[0] === 'none') return 'none';
  return items.map((item) => {
    const [id = '', key = ''] = item.split(':', 2);
    return { id, key };
  });
}
