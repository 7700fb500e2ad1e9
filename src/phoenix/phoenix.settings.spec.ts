import { inspect } from 'node:util';
import { PhoenixOptionsError } from './option-problems.js';
import { PhoenixError } from './phoenix-error.js';
import type { PhoenixOptions } from './phoenix.options.js';
import { settingsFrom } from './phoenix.settings.js';

const CREDENTIALS = { clientId: 'partner', clientSecret: 'secret of the partner' };
const SECRET = 'a shared secret of thirty-two bytes, or more';

/** As JavaScript may call it, that is: without any check of types. */
const settings = (options: unknown) => settingsFrom(options as PhoenixOptions);

function refusalOf(options: unknown): PhoenixOptionsError {
  try {
    settings(options);
  } catch (error) {
    if (error instanceof PhoenixOptionsError) return error;
    throw error;
  }
  throw new Error('The options were accepted.');
}

describe('Settings', () => {
  it('have a default for everything but the credentials', () => {
    const { readClientSecret, ...rest } = settings(CREDENTIALS);

    expect(rest).toEqual({
      clientId: 'partner',
      tokenUrl: 'https://api.phoenix.market/oauth/token',
      tokenRequestFormat: 'json',
      clientAuthentication: 'body',
      requestTimeoutMs: 5_000,
      acquireTimeoutMs: 10_000,
      maxAttempts: 3,
      refreshAheadSeconds: 600,
      refreshCron: '0 * * * *',
      expirySkewSeconds: 30,
      minRemainingSeconds: 60,
      assumedLifetimeSeconds: 3600,
      eager: true,
      failFast: false,
      iframeUrl: 'https://app-partner.phoenix.market/',
      iframeAllow: 'clipboard-write',
      iframeWidthPx: 350,
      iframeHeightPx: 600,
      iframeTitle: 'Phoenix payment',
      iframeParams: {},
      requiredIframeParams: ['address', 'amount'],
      paymentLinks: false,
      addressFormat: 'evm',
      allowedOrigins: [],
      apiKeys: [],
    });
    expect(readClientSecret).toBeInstanceOf(Function);
  });

  it.each([
    [{ secret: SECRET }, ['HS256']],
    [
      { jwksUrl: 'https://id.example/jwks', issuer: 'i', audience: 'a' },
      ['RS256', 'PS256', 'ES256', 'EdDSA'],
    ],
    [{ secret: SECRET.padEnd(48), algorithms: ['HS384'] }, ['HS384']],
    [{ secret: SECRET.padEnd(64), algorithms: ['HS512'] }, ['HS512']],
  ])('pin the algorithms of %j to %j', (jwt, algorithms) => {
    expect(settings({ ...CREDENTIALS, jwt }).jwt).toMatchObject({
      algorithms,
      clockToleranceSeconds: 5,
    });
  });

  it('do not change when the host alters its options later', () => {
    const iframeParams = { lang: 'de' };
    const { iframeParams: kept } = settings({ ...CREDENTIALS, iframeParams });

    Object.assign(iframeParams, { access_token: 'mine' });

    expect(kept).toEqual({ lang: 'de' });
  });

  it.each([
    ['nothing', undefined, 'options', 'is missing'],
    ['null', null, 'options', 'must be an object'],
    ['text', 'partner', 'options', 'must be an object'],
    ['a list', [], 'options', 'must be an object'],
  ])('refuse %s in place of options', (_, options, field, problem) => {
    expect(refusalOf(options).problems).toEqual([
      { field, problem, remedy: 'See the table of options in the README' },
    ]);
  });

  it('are refused once, with every field and its remedy, also where rules span fields', () => {
    const error = refusalOf({
      clientSecret: 7,
      requestTimeoutMs: 20_000,
      iframeParams: { shareOn: 'yes' },
      jwt: { jwksUrl: 'https://id.example/jwks', audience: 7, colour: 'red' },
      color: 'blue',
    });

    expect(error.problems.map(({ field }) => field).sort()).toEqual([
      'acquireTimeoutMs',
      'clientId',
      'clientSecret',
      'color',
      'iframeParams.shareOn',
      'jwt.audience',
      'jwt.colour',
      'jwt.issuer',
    ]);
    for (const { field, problem, remedy } of error.problems) {
      expect(error.message).toContain(`  - ${field} ${problem}. ${remedy}.`);
    }
    expect(error.message).toMatch(/^PhoenixModule cannot start, because its options are wrong:\n/);
  });

  it('are refused with a PhoenixError that has a stable code', () => {
    const error = refusalOf({});

    expect(error).toBeInstanceOf(PhoenixError);
    expect(error.code).toBe('invalid_options');
  });

  it('are refused without any value, because it may be a secret', () => {
    const leak = 'LEAK';
    const error = refusalOf({
      clientId: { leak },
      clientSecret: [leak],
      tokenUrl: `http://${leak}:${leak}@api.example`,
      tokenRequestFormat: leak,
      clientAuthentication: leak,
      requestTimeoutMs: leak,
      refreshCron: leak,
      eager: leak,
      iframeUrl: leak,
      iframeParams: { shareOn: leak, address: leak },
      allowedOrigins: [leak],
      apiKeys: [leak, `sha256:${leak}`],
      jwt: { secret: leak, jwksUrl: leak, algorithms: [leak] },
    });

    expect(error.problems.length).toBeGreaterThanOrEqual(15);
    for (const text of [
      inspect(error, { depth: null, showHidden: true }),
      JSON.stringify(error),
      String(error.stack),
    ]) {
      expect(text.toUpperCase()).not.toContain(leak);
    }
  });

  it('do not show a secret when they are printed', () => {
    const apiKey = 'api-key-of-the-partner';
    const printed = inspect(
      settings({ ...CREDENTIALS, apiKeys: [apiKey], jwt: { secret: SECRET } }),
      { depth: null, showHidden: true, getters: true },
    );

    for (const secret of [CREDENTIALS.clientSecret, apiKey, SECRET]) {
      const hex = Buffer.from(secret).toString('hex');
      expect(printed).not.toContain(secret);
      expect(printed).not.toContain(hex);
      expect(printed).not.toContain(hex.replace(/..(?!$)/g, '$& '));
    }
  });
});
