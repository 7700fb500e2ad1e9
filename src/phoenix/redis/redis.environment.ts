import { readVariables, type Environment } from '../environment-variables.js';
import { PhoenixOptionsError, type OptionProblem } from '../option-problems.js';
import { findStoreProblems, NO_ENCRYPTION } from './redis-store.settings.js';
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
  const problems: OptionProblem[] = [];
  if (Array.isArray(options.encryptionKeys)) {
    const items = options.encryptionKeys as string[];
    problems.push(...withoutId(items));
    // What was refused here already needs no second refusal below.
    options.encryptionKeys = problems.length > 0 ? NO_ENCRYPTION : keysIn(items);
  }
  problems.push(...findStoreProblems(options, 'env'));
  if (problems.length > 0) throw new PhoenixOptionsError(problems, 'RedisTokenStore');
  return options as unknown as RedisTokenStoreOptions & { readonly url: string };
}

function isNone(items: readonly string[]): boolean {
  return items.length === 1 && items[0] === NO_ENCRYPTION;
}

/** A key without its id is the likely mistake, and would be taken for an id without its key. */
function withoutId(items: readonly string[]): OptionProblem[] {
  if (isNone(items)) return [];
  return items.flatMap((item, index) =>
    item.includes(':')
      ? []
      : [
          {
            field: `PHOENIX_ENCRYPTION_KEYS (item ${index + 1})`,
            problem: 'has no id before a colon',
            remedy: 'Write id:key, such as 2026:<32 bytes in base64>',
          },
        ],
  );
}

function keysIn(items: readonly string[]): readonly EncryptionKey[] | typeof NO_ENCRYPTION {
  if (isNone(items)) return NO_ENCRYPTION;
  return items.map((item) => {
    const [id = '', key = ''] = item.split(':', 2);
    return { id, key };
  });
}
