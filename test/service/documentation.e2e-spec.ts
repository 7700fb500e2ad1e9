import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { OPTION_GUIDE } from '../../src/phoenix/phoenix.option-guide.js';
import { optionsFromEnvironment } from '../../src/phoenix/phoenix.environment.js';
import { redisStoreOptionsFromEnvironment } from '../../src/phoenix/redis/index.js';
import { STORE_OPTION_GUIDE } from '../../src/phoenix/redis/redis-store.option-guide.js';
import { PhoenixSandbox } from '../../src/sandbox/index.js';
import { validateEnvironment } from '../../src/service/configuration.js';
import { findServiceProblems, SERVICE_OPTION_GUIDE } from '../../src/service/service.config.js';

const read = (file: string): string =>
  readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

const SERVICE_VARIABLES = Object.values(SERVICE_OPTION_GUIDE).map(({ env }) => env.name);

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

describe('docker-compose.yml', () => {
  interface Compose {
    services: Record<string, { environment?: Record<string, string>; command?: string[] }>;
  }
  const { services } = parse(read('docker-compose.yml'), { merge: true }) as Compose;
  const environmentOf = (service: string): Record<string, string> =>
    services[service]?.environment ?? {};

  it.each(['phoenix-1', 'phoenix-2'])('configures %s', (service) => {
    const environment = environmentOf(service);
    expect(EVERY_VARIABLE).toEqual(expect.arrayContaining(Object.keys(environment)));
    expect(() => {
      validateEnvironment(environment);
    }).not.toThrow();
  });

  it('knows the credentials of the sandbox', async () => {
    await using sandbox = await PhoenixSandbox.start();
    const { PHOENIX_CLIENT_ID: id, PHOENIX_CLIENT_SECRET: secret } = environmentOf('phoenix-1');
    expect([id, secret]).toEqual([sandbox.clientId, sandbox.clientSecret]);
  });
});
