import { readVariables, type Environment } from '../environment-variables.js';
import { PhoenixOptionsError, type OptionProblem } from '../option-problems.js';
import { findStoreProblems } from './redis-store.settings.js';
import { STORE_OPTION_GUIDE } from './redis-store.option-guide.js';
import type { EncryptionKey, RedisTokenStoreOptions } from './redis-store.options.js';

const MISSING_URL: OptionProblem = {
  field: 'PHOENIX_REDIS_URL',
  problem: 'is missing, although other settings of the store are there',
  remedy: 'Give redis://host:6379 (rediss:// with TLS), or remove the others',
};

/**
 * Reads the options of `RedisTokenStore` from `PHOENIX_REDIS_URL`, `PHOENIX_ENCRYPTION_KEYS` and
 * the like. Empty variables count as unset.
 *
 * @returns undefined when none of them is set
 * @throws {PhoenixOptionsError} that lists every problem by the variable's name
 *
 * @publicApi
 */
export function redisStoreOptionsFromEnvironment(
  environment: Environment,
): (RedisTokenStoreOptions & { readonly url: string }) | undefined {
  const options = readVariables(STORE_OPTION_GUIDE, environment);
  if (Object.keys(options).length === 0) return undefined;
  if (options.url === undefined) throw new PhoenixOptionsError([MISSING_URL], 'RedisTokenStore');
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
