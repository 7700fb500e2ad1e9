import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PhoenixOptionsError, type OptionProblem } from './option-problems.js';
import type { Environment } from './environment-variables.js';
import { optionsFromEnvironment } from './phoenix.environment.js';
import { OPTION_GUIDE } from './phoenix.option-guide.js';
import { settingsFrom } from './phoenix.settings.js';

const CREDENTIALS = { PHOENIX_CLIENT_ID: 'partner', PHOENIX_CLIENT_SECRET: 'secret' };
const SECRET = 'a shared secret of thirty-two bytes, or more';

const VARIABLES: readonly [variable: string, text: string, option: string, value: unknown][] = [
  ['PHOENIX_CLIENT_ID', 'other', 'clientId', 'other'],
  ['PHOENIX_CLIENT_SECRET', 'other', 'clientSecret', 'other'],
  ['PHOENIX_TOKEN_URL', 'https://a.example/token', 'tokenUrl', 'https://a.example/token'],
  ['PHOENIX_SCOPE', 'iframe', 'scope', 'iframe'],
  ['PHOENIX_TOKEN_REQUEST_FORMAT', 'form', 'tokenRequestFormat', 'form'],
  ['PHOENIX_CLIENT_AUTHENTICATION', 'basic', 'clientAuthentication', 'basic'],
  ['PHOENIX_REQUEST_TIMEOUT_MS', '2000', 'requestTimeoutMs', 2_000],
  ['PHOENIX_ACQUIRE_TIMEOUT_MS', '20000', 'acquireTimeoutMs', 20_000],
  ['PHOENIX_MAX_ATTEMPTS', '5', 'maxAttempts', 5],
  ['PHOENIX_REFRESH_AHEAD_SECONDS', '300', 'refreshAheadSeconds', 300],
  ['PHOENIX_REFRESH_CRON', '*/30 * * * *', 'refreshCron', '*/30 * * * *'],
  ['PHOENIX_EXPIRY_SKEW_SECONDS', '0', 'expirySkewSeconds', 0],
  ['PHOENIX_MIN_REMAINING_SECONDS', '90', 'minRemainingSeconds', 90],
  ['PHOENIX_ASSUMED_LIFETIME_SECONDS', '90', 'assumedLifetimeSeconds', 90],
  ['PHOENIX_EAGER', 'false', 'eager', false],
  ['PHOENIX_FAIL_FAST', 'true', 'failFast', true],
  ['PHOENIX_IFRAME_URL', 'https://a.example/', 'iframeUrl', 'https://a.example/'],
  ['PHOENIX_IFRAME_ALLOW', 'payment', 'iframeAllow', 'payment'],
  ['PHOENIX_IFRAME_WIDTH_PX', '400', 'iframeWidthPx', 400],
  ['PHOENIX_IFRAME_HEIGHT_PX', '700', 'iframeHeightPx', 700],
  ['PHOENIX_IFRAME_TITLE', 'Pay by Zelle', 'iframeTitle', 'Pay by Zelle'],
  ['PHOENIX_REQUIRED_IFRAME_PARAMS', 'address, ref', 'requiredIframeParams', ['address', 'ref']],
  ['PHOENIX_MIN_AMOUNT_USD', '1.50', 'minAmountUsd', '1.50'],
  ['PHOENIX_MAX_AMOUNT_USD', '500', 'maxAmountUsd', '500'],
  ['PHOENIX_PAYMENT_LINKS', 'true', 'paymentLinks', true],
  ['PHOENIX_IFRAME_PARAMS', 'lang=de&memo=a%26b', 'iframeParams', { lang: 'de', memo: 'a&b' }],
  ['PHOENIX_ADDRESS_FORMAT', 'any', 'addressFormat', 'any'],
  [
    'PHOENIX_ALLOWED_ORIGINS',
    'https://a.example, https://b.example',
    'allowedOrigins',
    ['https://a.example', 'https://b.example'],
  ],
  [
    'PHOENIX_API_KEYS',
    'key-0123456789-a,,key-0123456789-b,',
    'apiKeys',
    ['key-0123456789-a', 'key-0123456789-b'],
  ],
  ['PHOENIX_JWT_SECRET', SECRET, 'jwt', { secret: SECRET }],
];

const GROUP = {
  PHOENIX_JWT_JWKS_URL: 'https://id.example/jwks',
  PHOENIX_JWT_ISSUER: 'https://id.example/',
  PHOENIX_JWT_AUDIENCE: 'checkout',
  PHOENIX_JWT_ALGORITHMS: 'RS256,ES256',
  PHOENIX_JWT_CLOCK_TOLERANCE_SECONDS: '10',
};

const optionsWith = (environment: Environment) =>
  optionsFromEnvironment({ ...CREDENTIALS, ...environment });

function problemsWith(environment: Environment): readonly OptionProblem[] {
  try {
    optionsFromEnvironment(environment);
  } catch (error) {
    if (error instanceof PhoenixOptionsError) return error.problems;
    throw error;
  }
  throw new Error('The environment was accepted.');
}

describe('Options from the environment', () => {
  it('need the credentials only', () => {
    expect(optionsFromEnvironment(CREDENTIALS)).toEqual({
      clientId: 'partner',
      clientSecret: 'secret',
    });
  });

  it.each(VARIABLES)('%s=%s becomes %s', (variable, text, option, value) => {
    expect(optionsWith({ [variable]: text })).toHaveProperty([option], value);
  });

  it('can be set one and all', () => {
    const known = Object.values(OPTION_GUIDE).flatMap(({ env }) => (env ? [env.name] : []));

    expect([...VARIABLES.map(([variable]) => variable), ...Object.keys(GROUP)].sort()).toEqual(
      known.sort(),
    );
  });

  it('require no parameter at all where the variable says none', () => {
    const options = optionsWith({ PHOENIX_REQUIRED_IFRAME_PARAMS: 'none' });

    expect(options.requiredIframeParams).toEqual([]);
    expect(settingsFrom(options).requiredIframeParams).toEqual([]);
  });

  it('gather a group from its variables', () => {
    const { jwt } = optionsWith(GROUP);

    expect(jwt).toEqual({
      jwksUrl: 'https://id.example/jwks',
      issuer: 'https://id.example/',
      audience: 'checkout',
      algorithms: ['RS256', 'ES256'],
      clockToleranceSeconds: 10,
    });
  });

  it('take an empty variable for one that is not set', () => {
    const variables = Object.values(OPTION_GUIDE).flatMap(({ env }) => (env ? [env.name] : []));
    const empty = Object.fromEntries(variables.map((name) => [name, ' ']));

    expect(
      optionsFromEnvironment({ ...empty, PHOENIX_CLIENT_SECRET_FILE: '', ...CREDENTIALS }),
    ).toEqual({ clientId: 'partner', clientSecret: 'secret' });
  });

  it('leave out the white space around a value', () => {
    expect(optionsWith({ PHOENIX_CLIENT_ID: ' partner\n' }).clientId).toBe('partner');
  });

  it('can be worked with as they are', () => {
    expect(settingsFrom(optionsWith({ PHOENIX_MAX_ATTEMPTS: '5' })).maxAttempts).toBe(5);
  });

  it.each([
    [{ PHOENIX_CLIENT_ID: '' }, 'PHOENIX_CLIENT_ID', 'is missing'],
    [
      { PHOENIX_CLIENT_SECRET: '' },
      'PHOENIX_CLIENT_SECRET',
      'must be a non-empty string or a function that returns one',
    ],
    [{ PHOENIX_ALLOWED_ORIGINS: ' , ,' }, 'PHOENIX_ALLOWED_ORIGINS', 'must be a list'],
    [{ PHOENIX_TOKEN_URL: 'phoenix' }, 'PHOENIX_TOKEN_URL', 'is not an absolute URL'],
    [{ PHOENIX_REQUEST_TIMEOUT_MS: '5s' }, 'PHOENIX_REQUEST_TIMEOUT_MS', 'must be a whole number'],
    [{ PHOENIX_REQUEST_TIMEOUT_MS: '1e3' }, 'PHOENIX_REQUEST_TIMEOUT_MS', 'must be a whole number'],
    [{ PHOENIX_EXPIRY_SKEW_SECONDS: '-1' }, 'PHOENIX_EXPIRY_SKEW_SECONDS', 'is below 0'],
    [
      { PHOENIX_ACQUIRE_TIMEOUT_MS: '100' },
      'PHOENIX_ACQUIRE_TIMEOUT_MS',
      'is shorter than requestTimeoutMs',
    ],
    [{ PHOENIX_EAGER: 'yes' }, 'PHOENIX_EAGER', 'must be true or false'],
    [{ PHOENIX_FAIL_FAST: 'TRUE' }, 'PHOENIX_FAIL_FAST', 'must be true or false'],
    [
      { PHOENIX_IFRAME_PARAMS: 'access_token=x' },
      'PHOENIX_IFRAME_PARAMS',
      'is reserved: the access token is set by the backend',
    ],
    [
      { PHOENIX_IFRAME_PARAMS: 'lang=de&lang=en' },
      'PHOENIX_IFRAME_PARAMS',
      'must be given once, as text',
    ],
    [
      { PHOENIX_MIN_AMOUNT_USD: '5', PHOENIX_MAX_AMOUNT_USD: '4.99' },
      'PHOENIX_MIN_AMOUNT_USD',
      'is above maxAmountUsd',
    ],
    [{ PHOENIX_PAYMENT_LINKS: 'yes' }, 'PHOENIX_PAYMENT_LINKS', 'must be true or false'],
    [
      { PHOENIX_REQUIRED_IFRAME_PARAMS: 'address,Amount' },
      'PHOENIX_REQUIRED_IFRAME_PARAMS (item 2)',
      'is another spelling of amount: use that',
    ],
    [{ PHOENIX_REQUIRED_IFRAME_PARAMS: ',' }, 'PHOENIX_REQUIRED_IFRAME_PARAMS', 'must be a list'],
    [
      { PHOENIX_ALLOWED_ORIGINS: 'https://a.example,*' },
      'PHOENIX_ALLOWED_ORIGINS (item 2)',
      'is not an exact origin',
    ],
    [{ PHOENIX_API_KEYS: 'short' }, 'PHOENIX_API_KEYS (item 1)', 'is shorter than 16 characters'],
    [{ PHOENIX_JWT_SECRET: 'short' }, 'PHOENIX_JWT_SECRET', 'is shorter than 32 bytes'],
    [
      { PHOENIX_JWT_JWKS_URL: 'https://id.example', PHOENIX_JWT_AUDIENCE: 'a' },
      'PHOENIX_JWT_ISSUER',
      'is missing',
    ],
    [
      { PHOENIX_JWT_JWKS_URL: 'https://id.example', PHOENIX_JWT_ISSUER: 'i' },
      'PHOENIX_JWT_AUDIENCE',
      'is missing',
    ],
    [
      { PHOENIX_CLIENT_SECRET_FILE: '/run/secrets/phoenix' },
      'PHOENIX_CLIENT_SECRET_FILE',
      'is set together with PHOENIX_CLIENT_SECRET',
    ],
  ])('are refused for %j, naming %s', (environment, field, problem) => {
    expect(problemsWith({ ...CREDENTIALS, ...environment })).toEqual([
      { field, problem, remedy: expect.any(String) as unknown },
    ]);
  });

  it('name the variables to choose from where a group is incomplete', () => {
    const [problem] = problemsWith({ ...CREDENTIALS, PHOENIX_JWT_ISSUER: 'i' });

    expect(problem).toMatchObject({
      problem: 'has neither of secret and jwksUrl',
      remedy: expect.stringMatching(/PHOENIX_JWT_SECRET or PHOENIX_JWT_JWKS_URL/) as unknown,
    });
  });

  it('are refused once, with all problems', () => {
    const problems = problemsWith({
      PHOENIX_CLIENT_SECRET: 'a',
      PHOENIX_CLIENT_SECRET_FILE: '/run/secrets/phoenix',
      PHOENIX_MAX_ATTEMPTS: 'many',
      PHOENIX_EAGER: 'maybe',
    });

    expect(problems.map(({ field }) => field)).toEqual([
      'PHOENIX_CLIENT_SECRET_FILE',
      'PHOENIX_CLIENT_ID',
      'PHOENIX_MAX_ATTEMPTS',
      'PHOENIX_EAGER',
    ]);
  });
});

describe('PHOENIX_CLIENT_SECRET_FILE', () => {
  let folder: string;
  let path: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'phoenix-secret-'));
    path = join(folder, 'secret');
  });
  afterEach(() => rm(folder, { recursive: true }));

  const reader = () =>
    settingsFrom(
      optionsFromEnvironment({ PHOENIX_CLIENT_ID: 'partner', PHOENIX_CLIENT_SECRET_FILE: path }),
    ).readClientSecret;

  it('names a file that is read anew each time, so that it can be rotated', async () => {
    const readClientSecret = reader();

    await writeFile(path, 'first\n');
    expect(await readClientSecret()).toBe('first');
    await writeFile(path, 'second\n');
    expect(await readClientSecret()).toBe('second');
  });

  it('may name a file that is not there yet', async () => {
    const readClientSecret = reader();

    await expect(readClientSecret()).rejects.toMatchObject({
      code: 'secret_unavailable',
      message: expect.stringMatching(
        /^The file that PHOENIX_CLIENT_SECRET_FILE names cannot be read \(ENOENT\)/,
      ) as unknown,
    });
    await writeFile(path, 'late');
    expect(await readClientSecret()).toBe('late');
  });

  it('is of no use while the file is empty', async () => {
    await writeFile(path, '\n');

    await expect(reader()()).rejects.toMatchObject({
      code: 'secret_unavailable',
      message: expect.stringMatching(
        /^The file that PHOENIX_CLIENT_SECRET_FILE names is empty/,
      ) as unknown,
    });
  });

  it.each([
    ['UTF-16 with a byte order mark', Buffer.from('\ufeffhunter2-secret', 'utf16le')],
    ['UTF-16 without one', Buffer.from('hunter2-secret', 'utf16le')],
    ['UTF-16 in the other order', Buffer.from('hunter2-secret', 'utf16le').swap16()],
    ['Latin-1', Buffer.from('hunter2-s\u00e9cret', 'latin1')],
    ['half of a character', Buffer.from('hunter2-\u20ac').subarray(0, -1)],
    ['NULs', Buffer.from('hunter2\0secret')],
  ])('is of no use while the file is not UTF-8 (%s)', async (_, bytes) => {
    await writeFile(path, bytes);

    const error: unknown = await reader()().catch((reason: unknown) => reason);

    expect(error).toMatchObject({
      code: 'secret_unavailable',
      message: expect.stringContaining('is not UTF-8') as unknown,
    });
    expect(String(error)).not.toContain('hunter2');
  });

  it('is of no use while the file has several lines', async () => {
    await writeFile(path, 'secret\nand more\n');

    await expect(reader()()).rejects.toMatchObject({
      code: 'secret_unavailable',
      message: expect.stringContaining('control characters') as unknown,
    });
  });

  it.each([
    ['a byte order mark', '\ufeffsecret\r\n', 'secret'],
    ['characters beyond ASCII', 's\u20accret\n', 's\u20accret'],
  ])('may name a file in UTF-8 with %s', async (_, text, secret) => {
    await writeFile(path, text);

    expect(await reader()()).toBe(secret);
  });
});
