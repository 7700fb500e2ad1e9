import { readFileSync } from 'node:fs';
import { OPTION_GUIDE } from '../../src/phoenix/phoenix.option-guide.js';
import { optionsFromEnvironment } from '../../src/phoenix/phoenix.environment.js';
import { redisStoreOptionsFromEnvironment } from '../../src/phoenix/redis/index.js';
import { STORE_OPTION_GUIDE } from '../../src/phoenix/redis/redis-store.option-guide.js';
import { findServiceProblems } from '../../src/service/service.config.js';

const read = (file: string): string =>
  readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

const SERVICE_VARIABLES = [
  'PORT',
  'HOST',
  'PHOENIX_RATE_LIMIT_PER_MINUTE',
  'TRUST_PROXY',
  'LOG_LEVEL',
  'LOG_FORMAT',
];

const EVERY_VARIABLE = [
  ...[...Object.values(OPTION_GUIDE), ...Object.values(STORE_OPTION_GUIDE)].flatMap(({ env }) =>
    env === undefined ? [] : [env.name],
  ),
  'PHOENIX_CLIENT_SECRET_FILE',
  ...SERVICE_VARIABLES,
];

/** `NAME=value` lines of `.env.example`, commented-out ones included. */
function exampleVariables(): Record<string, string> {
  const lines = read('.env.example').matchAll(/^(?:# )?([A-Z_]+)=(.*)$/gm);
  return Object.fromEntries([...lines].map(([, name = '', value = '']) => [name, value]));
}

describe('.env.example', () => {
  it('holds every variable, and no other', () => {
    expect(Object.keys(exampleVariables()).sort()).toEqual([...EVERY_VARIABLE].sort());
  });

  it('shows values that would be accepted', () => {
    const filled = {
      ...exampleVariables(),
      PHOENIX_CLIENT_ID: 'id',
      PHOENIX_CLIENT_SECRET: 'secret',
      PHOENIX_CLIENT_SECRET_FILE: '',
    };
    expect(() => optionsFromEnvironment(filled)).not.toThrow();
    expect(findServiceProblems(filled)).toEqual([]);
    const keyed = {
      ...filled,
      PHOENIX_ENCRYPTION_KEYS: `k1:${Buffer.alloc(32).toString('base64')}`,
    };
    expect(() => redisStoreOptionsFromEnvironment(keyed)).not.toThrow();
  });
});

describe('README.md', () => {
  const options = [...Object.entries(OPTION_GUIDE), ...Object.entries(STORE_OPTION_GUIDE)].filter(
    ([option]) => option !== 'jwt',
  );

  it.each(options)('has %s with its variable in the table of options', (option, { env }) => {
    const row = read('README.md')
      .split('\n')
      .find((line) => line.startsWith(`| \`${option}\``));
    expect(row).toBeDefined();
    expect(row).toContain(env?.name ?? '');
  });

  it.each(SERVICE_VARIABLES)('explains %s', (variable) => {
    expect(read('README.md')).toMatch(new RegExp(`^\\| .*\`${variable}\``, 'm'));
  });
});
