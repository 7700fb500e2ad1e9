import { createSecretKey } from 'node:crypto';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import {
  describeIssue,
  PhoenixOptionsError,
  problemsOf,
  type NameStyle,
  type OptionProblem,
} from '../option-problems.js';
import { isObject } from '../plain-object.js';
import type { ConnectionLimits } from './redis-connection.js';
import { STORE_OPTION_GUIDE } from './redis-store.option-guide.js';
import type { RedisTokenStoreOptions } from './redis-store.options.js';
import { AesGcmCipher, plainText, type CipherKey, type TextCipher } from './token-cipher.js';

const KEY_BYTES = 32;

const encryptionKey = z
  .strictObject({
    id: z.string().regex(/^[\w.-]{1,64}$/, 'is not a name of letters, digits, dots, _ and -'),
    key: z.base64('is not base64').refine((text) => bytesIn(text) === KEY_BYTES, {
      error: ({ input }) => `has ${bytesIn(String(input))} bytes instead of ${KEY_BYTES}`,
    }),
  })
  .transform(({ id, key }): CipherKey => {
    return { id, key: createSecretKey(Buffer.from(key, 'base64')) };
  });

const encryptionKeys = z
  .array(encryptionKey)
  .min(1)
  .refine((keys) => new Set(keys.map(({ id }) => id)).size === keys.length, 'names an id twice');

/** In place of keys: the token lies in Redis as it is. */
export const NO_ENCRYPTION = 'none';

const storeOptions = <Keys extends z.ZodType>(keys: Keys) =>
  z
    .strictObject({
      url: z
        .string()
        .refine(isRedisUrl, { error: 'is not a redis:// or rediss:// URL', abort: true })
        .refine(hasReadableLogin, 'has a % in its user or password that is not written as %25')
        .optional(),
      client: z
        .custom<Redis>(isClient, { error: 'is not a client of ioredis', abort: true })
        .refine(({ isCluster }) => !isCluster, 'is one of a Redis Cluster, which is not supported')
        .optional(),
      encryptionKeys: keys,
      prefix: z
        .string()
        .regex(/^[\w.:-]{1,64}$/, 'has characters that do not belong into a key')
        .default('phoenix'),
      commandTimeoutMs: z.int().min(10).max(10_000).default(500),
      connectTimeoutMs: z.int().min(10).max(30_000).default(2_000),
    })
    .refine(({ url, client }) => (url === undefined) !== (client === undefined), {
      message: 'has to be given, unless client is',
      path: ['url'],
      when: ({ value }) => isObject(value),
    });

const sealing = storeOptions(encryptionKeys);
const open = storeOptions(z.literal(NO_ENCRYPTION));

/** The options as the store works with them; keys stand in key objects, which print nothing. */
export interface RedisStoreSettings {
  readonly url: string | undefined;
  readonly client: Redis | undefined;
  readonly prefix: string;
  readonly cipher: TextCipher;
  readonly encrypted: boolean;
  readonly limits: ConnectionLimits;
}

/**
 * Checks the options of the store and fills in the defaults.
 *
 * @throws {PhoenixOptionsError} that lists every problem with its remedy
 */
export function storeSettingsFrom(options: RedisTokenStoreOptions): RedisStoreSettings {
  const encrypted = (options as Partial<RedisTokenStoreOptions>).encryptionKeys !== NO_ENCRYPTION;
  const parsed = (encrypted ? sealing : open).safeParse(options, { error: describeIssue });
  if (!parsed.success) {
    throw new PhoenixOptionsError(
      problemsOf(parsed.error, STORE_OPTION_GUIDE, 'option'),
      'RedisTokenStore',
    );
  }
  const { url, client, prefix, encryptionKeys: keys, ...limits } = parsed.data;
  const cipher =
    keys === NO_ENCRYPTION ? plainText : new AesGcmCipher(keys as [CipherKey, ...CipherKey[]]);
  return Object.freeze({ url, client, prefix, cipher, encrypted, limits });
}

/** What is wrong with the options of the store, each field named in the given style. */
export function findStoreProblems(options: unknown, names: NameStyle): OptionProblem[] {
  const given = options as Partial<RedisTokenStoreOptions>;
  const schema = given.encryptionKeys === NO_ENCRYPTION ? open : sealing;
  const { error } = schema.safeParse(options, { error: describeIssue });
  return error === undefined ? [] : problemsOf(error, STORE_OPTION_GUIDE, names);
}

function bytesIn(base64: string): number {
  return Buffer.from(base64, 'base64').length;
}

function isRedisUrl(text: string): boolean {
  return URL.canParse(text) && /^rediss?:$/.test(new URL(text).protocol);
}

function hasReadableLogin(text: string): boolean {
  const { username, password } = new URL(text);
  return [username, password].every(isPercentEncoded);
}

function isPercentEncoded(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

function isClient(value: unknown): boolean {
  const { duplicate, status } = (value ?? {}) as { duplicate?: unknown; status?: unknown };
  return typeof duplicate === 'function' && typeof status === 'string';
}
