import { findServiceProblems, serviceConfig, type ServiceSettings } from './service.config.js';

const VARIABLES = [
  'PORT',
  'HOST',
  'PHOENIX_RATE_LIMIT_PER_MINUTE',
  'PHOENIX_HEALTH_DETAILS',
  'PHOENIX_DOCS',
  'TRUST_PROXY',
  'LOG_LEVEL',
  'LOG_FORMAT',
  'NODE_ENV',
];

/** What the service makes of these variables and no others. */
function settingsFrom(environment: Readonly<Record<string, string>>): ServiceSettings {
  expect(findServiceProblems(environment)).toEqual([]);
  const kept = { ...process.env };
  try {
    for (const name of VARIABLES) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, environment);
    return serviceConfig();
  } finally {
    process.env = kept;
  }
}

const DEFAULTS: ServiceSettings = {
  port: 3000,
  host: '0.0.0.0',
  rateLimitPerMinute: 120,
  healthDetails: 'guarded',
  docs: true,
  trustProxy: false,
  logLevel: 'log',
  logFormat: 'json',
};

describe('the settings of the service', () => {
  it('have defaults', () => {
    expect(settingsFrom({})).toEqual(DEFAULTS);
  });

  it.each(['', ' ', '\r\n', ' \t\n'])('have them for variables that hold %j, too', (blank) => {
    const blanks = Object.fromEntries(VARIABLES.map((name) => [name, blank]));
    expect(settingsFrom(blanks)).toEqual(DEFAULTS);
  });

  it.each([
    ['', ''],
    [' ', ' '],
    ['', '\n'],
    ['', '\r'],
    ['\t', '\r\n'],
  ])('are read between %j and %j', (before, after) => {
    const values = {
      PORT: '8080',
      HOST: '::1',
      PHOENIX_RATE_LIMIT_PER_MINUTE: '7',
      PHOENIX_HEALTH_DETAILS: 'public',
      PHOENIX_DOCS: 'true',
      TRUST_PROXY: '10.0.0.0/8',
      LOG_LEVEL: 'debug',
      LOG_FORMAT: 'pretty',
      NODE_ENV: 'production',
    };
    const environment = Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, before + value + after]),
    );
    expect(settingsFrom(environment)).toEqual({
      port: 8080,
      host: '::1',
      rateLimitPerMinute: 7,
      healthDetails: 'public',
      docs: true,
      trustProxy: ['10.0.0.0/8'],
      logLevel: 'debug',
      logFormat: 'pretty',
    });
  });

  it.each([
    ['true', true],
    ['false ', false],
    [' loopback , 10.0.0.1 ,', ['loopback', '10.0.0.1']],
    ['2001:db8::/32', ['2001:db8::/32']],
  ])('take TRUST_PROXY=%j for %j', (text, trust) => {
    expect(settingsFrom({ TRUST_PROXY: text }).trustProxy).toEqual(trust);
  });

  it.each([
    [undefined, undefined, true],
    ['development', undefined, true],
    ['production', undefined, false],
    ['production', 'true', true],
    [undefined, 'false', false],
  ])('with NODE_ENV=%s and PHOENIX_DOCS=%s have docs %s', (nodeEnv, docs, expected) => {
    const environment = {
      ...(nodeEnv !== undefined && { NODE_ENV: nodeEnv }),
      ...(docs !== undefined && { PHOENIX_DOCS: docs }),
    };
    expect(settingsFrom(environment).docs).toBe(expected);
  });

  it.each([
    ['PORT', 'http', 'must be a whole number'],
    ['PORT', '65536', 'is above 65535'],
    ['PORT', '-1', 'is below 0'],
    ['PHOENIX_RATE_LIMIT_PER_MINUTE', '1.5', 'must be a whole number'],
    ['PHOENIX_DOCS', 'yes', 'must be true or false'],
    ['LOG_LEVEL', 'loud', 'must be one of error, warn, log, debug, verbose'],
    ['LOG_FORMAT', 'xml', 'must be one of json, pretty'],
    ['TRUST_PROXY', ',', 'must be a list'],
    ['TRUST_PROXY', 'true, 10.0.0.1', 'has true or false among addresses'],
  ])('refuse %s=%s: it %s', (name, text, problem) => {
    expect(findServiceProblems({ [name]: `${text}\n` })).toEqual([
      { field: name, problem, remedy: expect.stringMatching(/^(Set|Use) /) as string },
    ]);
  });

  it.each([
    '10.0.0.0/33',
    '2001:db8::/129',
    'loopback/8',
    '10.0.0',
    'proxy.internal',
    '10.0.0.1/8/8',
  ])('refuse %s as a proxy, and say which one it is', (item) => {
    expect(findServiceProblems({ TRUST_PROXY: `127.0.0.1, ${item}` })).toEqual([
      expect.objectContaining({ field: 'TRUST_PROXY (item 2)' }),
    ]);
  });
});
