import { inspect } from 'node:util';
import { PhoenixOptionsError, type OptionProblem } from './option-problems.js';
import { settingsFrom } from './phoenix.settings.js';

const CREDENTIALS = { clientId: 'partner', clientSecret: 'secret of the partner' };
const SECRET = 'a shared secret of thirty-two bytes, or more';
const JWKS = { jwksUrl: 'https://id.example/jwks', issuer: 'i', audience: 'a' };
const OVERLONG = 'v'.repeat(513);

const NO_TLS = 'is neither https nor on a loopback address';
const NOT_A_SECRET = 'must be a non-empty string or a function that returns one';
const NEVER_DUE = 'is not a cron expression that is ever due';
const NO_ORIGIN = 'is not an exact origin';
const NOT_ASCII = 'has other characters than visible ASCII, which clients do not send alike';
const NO_FIT = 'names an algorithm that does not fit the key';
const UNKNOWN = 'is not an option of this module';

function errorWith(options: object): PhoenixOptionsError {
  try {
    settingsFrom({ ...CREDENTIALS, ...options });
  } catch (error) {
    if (error instanceof PhoenixOptionsError) return error;
    throw error;
  }
  throw new Error('The options were accepted.');
}

function problemsWith(options: object): readonly OptionProblem[] {
  return errorWith(options).problems;
}
/** A value that is refused, with what is said about it; the place within the option, if not the whole of it. */
type Refusal = [option: string, value: unknown, problem: string | RegExp, within?: string];

const REFUSALS: Refusal[] = [
  ['clientId', undefined, 'is missing'],
  ['clientId', '', 'is empty'],
  ['clientId', 7, 'must be text'],
  ['clientSecret', undefined, NOT_A_SECRET],
  ['clientSecret', {}, NOT_A_SECRET],
  ['clientSecret', '', 'is empty'],
  ['tokenUrl', 'phoenix', 'is not an absolute URL'],
  ['tokenUrl', 'http://api.example/', NO_TLS],
  ['tokenUrl', 'https://me:pw@api.example/', 'must not hold credentials'],
  ['scope', '', 'is empty'],
  ['tokenRequestFormat', 'xml', 'must be one of json, form'],
  ['clientAuthentication', 'mtls', 'must be one of body, basic'],
  ['requestTimeoutMs', 99, 'is below 100'],
  ['requestTimeoutMs', '5000', 'must be a whole number'],
  ['requestTimeoutMs', NaN, 'must be a whole number'],
  ['requestTimeoutMs', null, 'must be a whole number'],
  ['acquireTimeoutMs', 300_001, 'is above 300000'],
  ['acquireTimeoutMs', Infinity, 'must be a whole number'],
  ['acquireTimeoutMs', 4_999, 'is shorter than requestTimeoutMs'],
  ['maxAttempts', 0, 'is below 1'],
  ['maxAttempts', 11, 'is above 10'],
  ['maxAttempts', 1.5, 'must be a whole number'],
  ['refreshAheadSeconds', 0, 'is below 1'],
  ['refreshAheadSeconds', 86_401, 'is above 86400'],
  [
    'refreshAheadSeconds',
    59,
    'is shorter than minRemainingSeconds, so that callers would wait for every refresh',
  ],
  ['refreshCron', 'hourly', NEVER_DUE],
  ['refreshCron', '0 0 30 2 *', NEVER_DUE],
  ['refreshCron', 7, 'must be text'],
  ['expirySkewSeconds', -1, 'is below 0'],
  ['expirySkewSeconds', 3_601, 'is above 3600'],
  ['minRemainingSeconds', 86_401, 'is above 86400'],
  ['eager', 'true', 'must be true or false'],
  ['failFast', 1, 'must be true or false'],
  ['iframeUrl', 'phoenix', 'is not an absolute URL'],
  ['iframeUrl', 'http://app.example/', NO_TLS],
  ['iframeUrl', 'https://app.example/?access_token=x', /^carries access_token, which is reserved/],
  ['iframeUrl', 'https://app.example/?payment%5Fid=x', /^carries payment_id, which is reserved/],
  ['iframeUrl', 'https://app.example/?Access_Token=x', /another spelling of access_token/],
  ['iframeUrl', 'https://app.example/?shareOn=true', /paymentLinks/],
  ['iframeUrl', 'https://app.example/?share_on=true', /another spelling of shareOn: use that/],
  ['iframeUrl', 'https://app.example/?theme=blue', /^carries theme, which must be light or dark/],
  [
    'iframeUrl',
    'https://app.example/?amount=1&amount=2',
    /^carries amount, which must be given once/,
  ],
  ['iframeAllow', ['payment'], 'must be text'],
  ['iframeParams', ['a'], 'must be a plain object'],
  ['iframeParams', new Map(), 'must be a plain object'],
  ['iframeParams', { access_token: 'x' }, /is reserved/, 'access_token'],
  ['iframeParams', { payment_id: 'x' }, /is reserved/, 'payment_id'],
  ['iframeParams', { Address: '0x1' }, 'is another spelling of address: use that', 'Address'],
  ['iframeParams', { lang: 'de', LANG: 'en' }, 'is another spelling of lang: use that', 'LANG'],
  ['iframeParams', { amount: '1e3' }, /is not an amount/, 'amount'],
  ['iframeParams', { theme: 'Dark' }, 'must be light or dark', 'theme'],
  ['iframeParams', { shareOn: 'true' }, /paymentLinks/, 'shareOn'],
  ['iframeParams', { 'a b': 'x' }, /is not a parameter name/, 'a b'],
  ['iframeParams', { a: 1 }, 'must be given once, as text', 'a'],
  ['iframeParams', { a: OVERLONG }, 'is longer than 512 characters', 'a'],
  ['iframeParams', { address: '0x1' }, /is not an EVM address/, 'address'],
  ['iframeParams', { onlyPrivateMatching: 'yes' }, 'must be true or false', 'onlyPrivateMatching'],
  ['iframeWidthPx', 0, 'is below 1'],
  ['iframeWidthPx', '350px', 'must be a whole number'],
  ['iframeHeightPx', 10_001, 'is above 10000'],
  ['iframeTitle', ' ', 'is empty'],
  ['requiredIframeParams', 'address', 'must be a list'],
  ['requiredIframeParams', ['address', 7], 'must be text', '1'],
  ['requiredIframeParams', ['Amount'], 'is another spelling of amount: use that', '0'],
  ['requiredIframeParams', ['a b'], /is not a parameter name/, '0'],
  ['requiredIframeParams', ['address', 'access_token'], /is reserved/, '1'],
  ['minAmountUsd', 0, 'is not above 0'],
  ['minAmountUsd', '1.005', /is not an amount/],
  ['minAmountUsd', 0.1 + 0.2, /is not an amount/],
  ['minAmountUsd', 1n, 'must be text or a number'],
  ['maxAmountUsd', '-5', /is not an amount/],
  ['maxAmountUsd', 1e21, /is not an amount/],
  ['maxAmountUsd', NaN, /is not an amount/],
  ['paymentLinks', 'true', 'must be true or false'],
  ['addressFormat', 'EVM', 'must be one of evm, any'],
  ['lockParams', { address: '0x1' }, 'must be a function'],
  ['allowedOrigins', 'https://a.example', 'must be a list'],
  ['allowedOrigins', ['*'], NO_ORIGIN, '0'],
  ['allowedOrigins', ['https://a.example', 'null'], NO_ORIGIN, '1'],
  ['allowedOrigins', ['https://a.example/'], NO_ORIGIN, '0'],
  ['allowedOrigins', ['https://a.example:443'], NO_ORIGIN, '0'],
  ['apiKeys', 'a-key-of-16-characters', 'must be a list'],
  ['apiKeys', ['0123456789abcde'], 'is shorter than 16 characters', '0'],
  ['apiKeys', ['sha256:0123456789abcdef'], /has not 64 hex digits/, '0'],
  ['apiKeys', ['SHA256:0123456789abcdef'], /has not 64 hex digits/, '0'],
  ['apiKeys', ['a-key-of-16-characters', 'schlüssel-für-den-zugang'], NOT_ASCII, '1'],
  ['apiKeys', [' a-key-of-16-characters'], NOT_ASCII, '0'],
  ['apiKeys', ['a-key-of-16-characters\n'], NOT_ASCII, '0'],
  ['jwt', SECRET, 'must be an object'],
  ['jwt', {}, 'has neither of secret and jwksUrl'],
  ['jwt', { ...JWKS, secret: SECRET }, 'has both of secret and jwksUrl'],
  ['jwt', { secret: '31 bytes are too few for HS256!' }, 'is shorter than 32 bytes', 'secret'],
  [
    'jwt',
    { secret: 'x'.repeat(47), algorithms: ['HS256', 'HS384'] },
    'is shorter than the 48 bytes of HS384',
    'secret',
  ],
  [
    'jwt',
    { secret: 'x'.repeat(63), algorithms: ['HS512'] },
    'is shorter than the 64 bytes of HS512',
    'secret',
  ],
  ['jwt', { secret: 'short', algorithms: ['HS512'] }, 'is shorter than 32 bytes', 'secret'],
  ['jwt', { ...JWKS, jwksUrl: 'http://id.example' }, NO_TLS, 'jwksUrl'],
  ['jwt', { ...JWKS, issuer: undefined }, 'is missing', 'issuer'],
  ['jwt', { ...JWKS, audience: undefined }, 'is missing', 'audience'],
  ['jwt', { ...JWKS, audience: '' }, 'is empty', 'audience'],
  ['jwt', { secret: SECRET, algorithms: [] }, 'is empty', 'algorithms'],
  ['jwt', { secret: SECRET, algorithms: 'HS256' }, 'must be a list', 'algorithms'],
  ['jwt', { secret: SECRET, algorithms: ['HS256', 'none'] }, NO_FIT, 'algorithms'],
  ['jwt', { secret: SECRET, algorithms: ['RS256'] }, NO_FIT, 'algorithms'],
  ['jwt', { ...JWKS, algorithms: ['RS256', 'HS256'] }, NO_FIT, 'algorithms'],
  ['jwt', { secret: SECRET, clockToleranceSeconds: 301 }, 'is above 300', 'clockToleranceSeconds'],
  ['jwt', { secret: SECRET, jwks: 'x' }, UNKNOWN, 'jwks'],
  ['clientID', 'partner', UNKNOWN],
  ['controller', { guards: [] }, 'stands in the wrong place'],
  ['health', false, 'stands in the wrong place'],
  ['name', 'eu', 'stands in the wrong place'],
  ['guards', [], 'stands in the wrong place'],
  ['constructor', {}, UNKNOWN],
];

describe('An option', () => {
  it.each(
    REFUSALS.map(([option, value, problem, within]) => ({
      option,
      value,
      field: within === undefined ? option : `${option}.${within}`,
      problem: typeof problem === 'string' ? new RegExp(`^${problem}$`) : problem,
    })),
  )('$option is refused as $value: it $problem', ({ option, value, field, problem }) => {
    const problems = problemsWith({ [option]: value });

    expect(problems.map((each) => each.field)).toEqual([field]);
    expect(problems[0]!.problem).toMatch(problem);
    expect(problems[0]!.remedy).toMatch(/^[A-Z].{10}/);
  });

  it.each([
    ['controller', 'Give it to forRootAsync itself, beside useFactory'],
    ['guards', 'Put it into controller: { … }'],
  ])('that is misplaced is told where it belongs: %s', (option, remedy) => {
    expect(problemsWith({ [option]: {} })).toMatchObject([{ field: option, remedy }]);
  });

  it('of a margin is refused when a later one begins before it', () => {
    const margins = { refreshAheadSeconds: 20, minRemainingSeconds: 0 };
    const [{ field, problem }] = problemsWith(margins) as [OptionProblem];
    expect(field).toBe('refreshAheadSeconds');
    expect(problem).toContain('is shorter than expirySkewSeconds');
  });

  it('that is wrong is printed once, under the name of the error', () => {
    const printed = inspect(errorWith({ maxAttempts: 0 }));
    expect(printed).toMatch(/^PhoenixOptionsError: PhoenixModule cannot start/);
    expect(printed.match(/maxAttempts/g)).toHaveLength(1);
    expect(printed).not.toContain('undefined');
  });

  it.each([
    ['9.10', 9.09],
    [100, '20'],
  ])(
    'of the smallest amount is refused above the largest: %s and %s',
    (minAmountUsd, maxAmountUsd) => {
      expect(problemsWith({ minAmountUsd, maxAmountUsd })).toMatchObject([
        { field: 'minAmountUsd', problem: 'is above maxAmountUsd' },
      ]);
    },
  );

  it('of a default amount is held against the limits', () => {
    const options = { minAmountUsd: 5, iframeParams: { amount: '4.99' } };
    expect(problemsWith(options)).toMatchObject([
      { field: 'iframeParams.amount', problem: 'is below the smallest amount, 5 USD' },
    ]);
  });

  it('of the iframe may carry parameters that only the vendor knows, however they are spelt', () => {
    const url = 'https://app.example/?x-staging=1&a.b=2&a.b=3&theme=dark';
    expect(settingsFrom({ ...CREDENTIALS, iframeUrl: url }).iframeUrl).toBe(url);
  });

  it('of a time is refused beyond its limit', () => {
    expect(problemsWith({ requestTimeoutMs: 60_001, acquireTimeoutMs: 60_001 })).toMatchObject([
      { field: 'requestTimeoutMs', problem: 'is above 60000' },
    ]);
  });
});
