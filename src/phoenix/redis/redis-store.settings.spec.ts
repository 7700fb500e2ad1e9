import { inspect } from 'node:util';
import { Logger } from '@nestjs/common';
import { jest } from '@jest/globals';
import { Cluster } from 'ioredis';
import { PhoenixOptionsError } from '../option-problems.js';
import { redisStoreOptionsFromEnvironment } from './redis.environment.js';
import { RedisTokenStore } from './redis-token-store.js';

const KEY = Buffer.alloc(32, 7).toString('base64');
const GOOD = {
  url: 'redis://user:the-password@127.0.0.1:6379',
  encryptionKeys: [{ id: 'k1', key: KEY }],
};

/** A client of a Redis Cluster that connects to nobody. */
const cluster = () => new Cluster([], { lazyConnect: true });

function problemsOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof PhoenixOptionsError) return error.message;
    throw error;
  }
  return 'none';
}

describe('the options of RedisTokenStore', () => {
  it('are enough with a url and a key, and print no secret', () => {
    const store = new RedisTokenStore(GOOD);
    for (const text of [inspect(store, { depth: 9, showHidden: true }), JSON.stringify(store)]) {
      expect(text).not.toContain('the-password');
      expect(text).not.toContain(KEY);
    }
  });

  it.each([
    [{ ...GOOD, url: undefined }, 'url has to be given'],
    [{ ...GOOD, url: 'http://127.0.0.1' }, 'url is not a redis:// or rediss:// URL'],
    [{ ...GOOD, url: 'redis://:the-password%@redis' }, 'url has a % in its user or password'],
    [{ ...GOOD, url: 'redis://us%er:the-password@redis' }, 'url has a % in its user or password'],
    [{ ...GOOD, client: {} }, 'client is not a client of ioredis'],
    [{ ...GOOD, url: undefined, client: cluster() }, 'client is one of a Redis Cluster'],
    [{ url: GOOD.url }, 'encryptionKeys is missing'],
    [{ ...GOOD, encryptionKeys: [] }, 'encryptionKeys is empty'],
    [{ ...GOOD, encryptionKeys: [{ id: 'k1', key: 'c2hvcnQ=' }] }, 'key has 5 bytes instead of 32'],
    [{ ...GOOD, encryptionKeys: [{ id: 'k1', key: '%' }] }, 'key is not base64'],
    [{ ...GOOD, encryptionKeys: [{ id: 'a b', key: KEY }] }, 'id is not a name'],
    [
      { ...GOOD, encryptionKeys: [...GOOD.encryptionKeys, ...GOOD.encryptionKeys] },
      'encryptionKeys names an id twice',
    ],
    [{ ...GOOD, prefix: 'a b' }, 'prefix has characters'],
    [{ ...GOOD, commandTimeoutMs: 1 }, 'commandTimeoutMs is below 10'],
    [{ ...GOOD, connectTimeoutMs: 60_000 }, 'connectTimeoutMs is above 30000'],
    [{ ...GOOD, keys: 1 }, 'keys is not an option'],
  ])('are refused by name: %j', (options, problem) => {
    const message = problemsOf(() => new RedisTokenStore(options as never));
    expect(message).toContain(problem);
    expect(message).toContain('RedisTokenStore cannot start');
    expect(message).not.toContain('the-password');
    expect(message).not.toContain(KEY);
  });

  it('may have a password with any characters, percent-encoded', () => {
    const url = `redis://:${encodeURIComponent('50% off: p@ss/w#rd?')}@127.0.0.1`;
    expect(problemsOf(() => new RedisTokenStore({ ...GOOD, url }))).toBe('none');
  });

  it('may leave the token readable on purpose, which is warned of', () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    new RedisTokenStore({ ...GOOD, encryptionKeys: 'none' });
    expect(warn.mock.calls.flat().join()).toContain('whoever can read Redis');
    warn.mockClear();
    new RedisTokenStore(GOOD);
    expect(warn.mock.calls).toEqual([]);
    warn.mockRestore();
  });
});

describe('the options of RedisTokenStore from the environment', () => {
  it('are none without PHOENIX_REDIS_URL', () => {
    expect(redisStoreOptionsFromEnvironment({ PHOENIX_REDIS_URL: ' ' })).toBeUndefined();
  });

  it('read several keys', () => {
    expect(
      redisStoreOptionsFromEnvironment({
        PHOENIX_REDIS_URL: GOOD.url,
        PHOENIX_ENCRYPTION_KEYS: `k2:${KEY}, k1:${KEY}`,
        PHOENIX_REDIS_PREFIX: 'shop',
        PHOENIX_REDIS_COMMAND_TIMEOUT_MS: '300',
      }),
    ).toEqual({
      url: GOOD.url,
      encryptionKeys: [
        { id: 'k2', key: KEY },
        { id: 'k1', key: KEY },
      ],
      prefix: 'shop',
      commandTimeoutMs: 300,
    });
  });

  it('take none for no encryption', () => {
    const environment = { PHOENIX_REDIS_URL: GOOD.url, PHOENIX_ENCRYPTION_KEYS: 'none' };
    expect(redisStoreOptionsFromEnvironment(environment)?.encryptionKeys).toBe('none');
  });

  it('are refused with a key that has no id, and with all else that is wrong', () => {
    const environment = {
      PHOENIX_REDIS_URL: 'http://redis',
      PHOENIX_ENCRYPTION_KEYS: `k1:${KEY},${KEY}`,
    };
    expect(() => redisStoreOptionsFromEnvironment(environment)).toThrow(
      [
        'RedisTokenStore cannot start, because its options are wrong:',
        '  - PHOENIX_ENCRYPTION_KEYS (item 2) has no id before a colon. Write id:key, such as 2026:<32 bytes in base64>.',
        '  - PHOENIX_REDIS_URL is not a redis:// or rediss:// URL. ',
      ].join('\n'),
    );
  });

  it.each(['PHOENIX_ENCRYPTION_KEYS', 'PHOENIX_REDIS_PREFIX', 'PHOENIX_REDIS_COMMAND_TIMEOUT_MS'])(
    'are refused when %s stands without a URL, for nothing would be shared',
    (variable) => {
      const message = problemsOf(() => redisStoreOptionsFromEnvironment({ [variable]: '1' }));
      expect(message).toContain('PHOENIX_REDIS_URL is missing');
    },
  );

  it('are refused by the name of the variable', () => {
    const message = problemsOf(() =>
      redisStoreOptionsFromEnvironment({ PHOENIX_REDIS_URL: 'localhost' }),
    );
    expect(message).toContain('PHOENIX_REDIS_URL is not a redis://');
    expect(message).toContain('PHOENIX_ENCRYPTION_KEYS is missing');
  });
});
