import { inspect } from 'node:util';
import { PhoenixError } from '../phoenix-error.js';
import {
  readTokenReply as readReply,
  type TokenHttpReply,
  type TokenRequestContext,
} from './token-response.js';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const MARK = 'QUOTED-FROM-THE-BODY';
const GOOD = {
  access_token: 'a1b2c3',
  token_type: 'Bearer',
  expires_in: 3600,
  scope: ['iframe'],
};

const CONTEXT: TokenRequestContext = {
  style: { tokenRequestFormat: 'json', clientAuthentication: 'body' },
  workedBefore: false,
  assumedLifetimeMs: 3_600_000,
  confidential: { clientId: 'the-client-id', clientSecret: 'the-client-secret', tokens: [] },
};

function readTokenReply(reply: TokenHttpReply, context: Partial<TokenRequestContext> = {}) {
  return readReply(reply, { ...CONTEXT, ...context });
}

function replyOf(body: unknown, overrides: Partial<TokenHttpReply> = {}): TokenHttpReply {
  return {
    status: 200,
    headers: {},
    body: typeof body === 'string' ? body : JSON.stringify(body),
    requestedAtWallMs: NOW,
    ...overrides,
  };
}

function refusalOf(
  reply: TokenHttpReply,
  context: Partial<TokenRequestContext> = {},
): PhoenixError {
  try {
    readTokenReply(reply, context);
  } catch (error) {
    if (error instanceof PhoenixError) return error;
    throw error;
  }
  throw new Error('the reply was accepted');
}

function jwt(payload: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'HS256', typ: 'JWT' })}.${part(payload)}.c2lnbmF0dXJl`;
}

describe('a good reply', () => {
  it('grants the token, its life and its scope', () => {
    expect(readTokenReply(replyOf(GOOD))).toEqual({
      accessToken: 'a1b2c3',
      lifetimeMs: 3_600_000,
      lifetimeAssumed: false,
      scope: ['iframe'],
    });
  });

  it.each([200, 201, 202, 203, 206, 207, 226, 299])('may have the status %s', (status) => {
    expect(readTokenReply(replyOf(GOOD, { status })).accessToken).toBe('a1b2c3');
  });

  it.each(['Bearer', 'bearer', 'BEARER', 'bEaReR'])('may call its type %s', (token_type) => {
    expect(readTokenReply(replyOf({ ...GOOD, token_type })).accessToken).toBe('a1b2c3');
  });

  it.each([
    ['an array', ['iframe', 'orders'], ['iframe', 'orders']],
    ['an empty array', [], []],
    ['an array with an empty name', ['', 'iframe'], ['iframe']],
    ['a string', 'iframe', ['iframe']],
    ['several names in a string', 'iframe orders  links', ['iframe', 'orders', 'links']],
    ['an empty string', '', []],
    ['null', null, []],
    ['nothing', undefined, []],
  ])('may have %s as its scope', (_, scope, granted) => {
    expect(readTokenReply(replyOf({ ...GOOD, scope })).scope).toEqual(granted);
  });

  it.each([
    [1, 1_000],
    [3600, 3_600_000],
    ['3600', 3_600_000],
    ['007', 7_000],
    [31_622_400, 31_622_400_000],
  ])('may say expires_in %j', (expires_in, lifetimeMs) => {
    expect(readTokenReply(replyOf({ ...GOOD, expires_in })).lifetimeMs).toBe(lifetimeMs);
  });

  it('without expires_in grants the assumed lifetime, and says so', () => {
    const reply = replyOf({ ...GOOD, expires_in: undefined });
    expect(readTokenReply(reply, { assumedLifetimeMs: 14_000 })).toMatchObject({
      lifetimeMs: 14_000,
      lifetimeAssumed: true,
    });
  });

  it('assumes no lifetime where the token tells its own', () => {
    const access_token = jwt({ exp: NOW / 1000 + 60 });
    const reply = replyOf({ ...GOOD, expires_in: undefined, access_token });
    expect(readTokenReply(reply)).toMatchObject({ lifetimeMs: 60_000, lifetimeAssumed: false });
  });

  it('may carry more than we need; a refresh token is ignored', () => {
    const grant = readTokenReply(replyOf({ ...GOOD, refresh_token: 'r', extra: { a: 1 } }));
    expect(inspect(grant)).not.toContain('refresh');
  });

  it('may hold any printable ASCII in its token', () => {
    const access_token = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join('');
    expect(readTokenReply(replyOf({ ...GOOD, access_token })).accessToken).toBe(access_token);
  });
});

describe('a bad reply', () => {
  it.each([
    ['no access_token', { access_token: undefined }, /access_token/],
    ['an empty access_token', { access_token: '' }, /access_token/],
    ['access_token null', { access_token: null }, /access_token/],
    ['a number as access_token', { access_token: 12345 }, /access_token/],
    ['a line break in the access_token', { access_token: `${MARK}\nx` }, /access_token/],
    ['a line break after the access_token', { access_token: `${MARK}\n` }, /access_token/],
    ['a non-ASCII access_token', { access_token: `${MARK}ü` }, /access_token/],
    ['no token_type', { token_type: undefined }, /token_type/],
    ['an empty token_type', { token_type: '' }, /token_type/],
    ['another token_type', { token_type: `mac ${MARK}` }, /token_type/],
    ['more than bearer as token_type', { token_type: 'Bearer ' }, /token_type/],
    ['a list as token_type', { token_type: ['Bearer'] }, /token_type/],
    ['expires_in 0', { expires_in: 0 }, /expires_in/],
    ['a negative expires_in', { expires_in: -1 }, /expires_in/],
    ['a fraction as expires_in', { expires_in: 3600.5 }, /expires_in/],
    ['an enormous expires_in', { expires_in: 31_622_401 }, /expires_in/],
    ['an unsafe expires_in', { expires_in: 1e300 }, /expires_in/],
    ['expires_in null', { expires_in: null }, /expires_in/],
    ['expires_in true', { expires_in: true }, /expires_in/],
    ['a list as expires_in', { expires_in: [3600] }, /expires_in/],
    ['expires_in "3600abc"', { expires_in: '3600abc' }, /expires_in/],
    ['expires_in "NaN"', { expires_in: 'NaN' }, /expires_in/],
    ['expires_in ""', { expires_in: '' }, /expires_in/],
    ['expires_in " 3600"', { expires_in: ' 3600' }, /expires_in/],
    ['expires_in "-3600"', { expires_in: '-3600' }, /expires_in/],
    ['expires_in "+3600"', { expires_in: '+3600' }, /expires_in/],
    ['expires_in "3600.0"', { expires_in: '3600.0' }, /expires_in/],
    ['expires_in "1e3"', { expires_in: '1e3' }, /expires_in/],
    ['expires_in "0x10"', { expires_in: '0x10' }, /expires_in/],
    ['expires_in "0"', { expires_in: '0' }, /expires_in/],
    ['digits without end as expires_in', { expires_in: '9'.repeat(400) }, /expires_in/],
    ['a number as scope', { scope: 1 }, /scope/],
    ['numbers in scope', { scope: ['iframe', 1] }, /scope/],
    ['an object as scope', { scope: { iframe: MARK } }, /scope/],
    ['an error beside the token', { error: 'invalid_client' }, /must not carry an error/],
    ['an unknown error beside the token', { error: MARK }, /must not carry an error/],
    ['error null beside the token', { error: null }, /must not carry an error/],
  ])('with %s is refused by name', (_, change, named) => {
    const error = refusalOf(replyOf({ ...GOOD, description: MARK, ...change }));
    expect(error.code).toBe('invalid_response');
    expect(error.message).toMatch(named);
    expect(inspect(error, { showHidden: true, depth: 9 })).not.toContain(MARK);
  });

  it.each([
    ['nothing', '', /body is empty/],
    ['HTML', `<!DOCTYPE html><title>${MARK}</title>`, /body is not JSON/],
    ['half of a token response', `{"access_token":"${MARK}","token_ty`, /body is not JSON/],
    ['two documents', `{"a":"${MARK}"}{}`, /body is not JSON/],
    ['a form', `access_token=${MARK}&token_type=bearer`, /body is not JSON/],
    ['NaN', '{"access_token":"a","token_type":"bearer","expires_in":NaN}', /body is not JSON/],
    ['an array', `["${MARK}"]`, /body is not a JSON object/],
    ['a string', `"${MARK}"`, /body is not a JSON object/],
    ['a number', '42', /body is not a JSON object/],
    ['null', 'null', /body is not a JSON object/],
    ['an empty object', '{}', /access_token.*token_type/],
    ['an OAuth error with status 200', `{"error":"${MARK}"}`, /must not carry an error/],
  ])('that is %s is refused', (_, body, named) => {
    const error = refusalOf(replyOf(body));
    expect(error.code).toBe('invalid_response');
    expect(error.message).toMatch(named);
    expect(inspect(error, { showHidden: true, depth: 9 })).not.toContain(MARK);
  });

  it('has all of its faults named at once', () => {
    const error = refusalOf(replyOf({ access_token: '', token_type: 'mac', expires_in: -1 }));
    expect(error.message).toMatch(/access_token.*token_type.*expires_in/);
  });

  it.each([201, 202, 204, 205])('that succeeds with %s, and without a body, says so', (status) => {
    const error = refusalOf(replyOf('', { status }));
    expect(error.code).toBe('invalid_response');
    expect(error.message).toContain(`the body is empty (HTTP ${status})`);
  });
});

describe('the status of a refusal', () => {
  it.each([
    [301, 'redirect_refused'],
    [302, 'redirect_refused'],
    [304, 'redirect_refused'],
    [307, 'redirect_refused'],
    [308, 'redirect_refused'],
    [400, 'request_rejected'],
    [401, 'invalid_client'],
    [403, 'request_rejected'],
    [404, 'request_rejected'],
    [405, 'request_rejected'],
    [408, 'server_error'],
    [415, 'request_rejected'],
    [429, 'rate_limited'],
    [500, 'server_error'],
    [502, 'server_error'],
    [503, 'server_error'],
    [599, 'server_error'],
  ])('%s means %s', (status, code) => {
    const error = refusalOf(replyOf(`<html>${MARK}</html>`, { status }));
    expect(error).toMatchObject({ code, status });
    expect(inspect(error, { showHidden: true, depth: 9 })).not.toContain(MARK);
  });

  it('outranks the body: a failing server does not refuse the client', () => {
    const body = { error: 'invalid_client' };
    expect(refusalOf(replyOf(body, { status: 500 })).code).toBe('server_error');
    expect(refusalOf(replyOf(body, { status: 429 })).code).toBe('rate_limited');
  });
});

describe('an OAuth error', () => {
  it.each([
    ['invalid_request', 400, /tokenRequestFormat/],
    ['invalid_client', 401, /clientId and clientSecret/],
    ['invalid_grant', 400, /client credentials grant/],
    ['unauthorized_client', 400, /Ask Phoenix/],
    ['unsupported_grant_type', 400, /tokenUrl/],
    ['invalid_scope', 400, /scope/],
  ])('%s keeps its name and comes with a remedy', (code, status, remedy) => {
    const body = { error: code, error_description: MARK };
    const error = refusalOf(replyOf(body, { status }));
    expect(error).toMatchObject({ code, status });
    expect(error.message).toMatch(remedy);
    expect(error.vendorDescription).toBe(MARK);
    expect(inspect(error) + String(error.stack) + JSON.stringify(error)).not.toContain(MARK);
  });

  it.each([200, 400, 401, 403, 415, 429, 500, 503])(
    'with status %s lets the vendor say why, for the log',
    (status) => {
      const body = { error: 'slow_down', error_description: `Said "why".\n${MARK}` };
      const error = refusalOf(replyOf(body, { status }));
      expect(error.vendorDescription).toBe(`Said why . ${MARK}`);
      expect(inspect(error)).not.toContain(MARK);
    },
  );

  it('names the other encodings until the configuration has worked', () => {
    const reply = replyOf({ error: 'unsupported_grant_type' }, { status: 400 });
    expect(refusalOf(reply).message).toContain("tokenRequestFormat: 'form'");
    expect(refusalOf(reply, { workedBefore: true }).message).not.toContain('form');
  });

  it('names basic where the reply asks for it', () => {
    const headers = { 'www-authenticate': 'Basic realm="oauth"' };
    const error = refusalOf(replyOf('Unauthorized', { status: 401, headers }));
    expect(error).toMatchObject({ code: 'invalid_client' });
    expect(error.message).toMatch(/in this order: clientAuthentication: 'basic'/);
  });

  it.each([
    ['an unknown one', { error: 'slow_down' }],
    ['one that is no string', { error: { code: 'invalid_client' } }],
    ['one in the wrong case', { error: 'INVALID_CLIENT' }],
    ['none', { message: 'unauthenticated' }],
    ['a list', ['invalid_client']],
    ['null', null],
  ])('that is %s leaves the status to speak', (_, body) => {
    expect(refusalOf(replyOf(body, { status: 400 })).code).toBe('request_rejected');
  });
});

describe('Retry-After', () => {
  it.each([429, 503, 500, 408, 400, 401])('is passed on with status %s', (status) => {
    const error = refusalOf(replyOf('', { status, headers: { 'retry-after': '7' } }));
    expect(error.retryAfterMs).toBe(7_000);
  });

  it('as a date counts from the vendor’s own time', () => {
    const headers = {
      'retry-after': 'Fri, 02 Jan 2026 00:00:20 GMT',
      date: 'Fri, 02 Jan 2026 00:00:00 GMT',
    };
    expect(refusalOf(replyOf('', { status: 429, headers })).retryAfterMs).toBe(20_000);
  });

  it('as a date counts from our clock when the vendor does not tell its time', () => {
    const headers = { 'retry-after': 'Thu, 01 Jan 2026 00:00:20 GMT' };
    expect(refusalOf(replyOf('', { status: 429, headers })).retryAfterMs).toBe(20_000);
  });

  it('is left out where it is missing or unreadable', () => {
    expect(refusalOf(replyOf('', { status: 429 })).retryAfterMs).toBeUndefined();
    const headers = { 'retry-after': 'later' };
    expect(refusalOf(replyOf('', { status: 429, headers })).retryAfterMs).toBeUndefined();
  });
});

describe('the Age of a reply', () => {
  it('has passed of the life that it grants', () => {
    const headers = { age: '3500' };
    expect(readTokenReply(replyOf(GOOD, { headers })).lifetimeMs).toBe(99_000);
    const silent = replyOf({ ...GOOD, expires_in: undefined }, { headers });
    expect(readTokenReply(silent).lifetimeMs).toBe(99_000);
  });

  it('beyond that life means that the token is dead already', () => {
    const error = refusalOf(replyOf(GOOD, { headers: { age: '3600' } }));
    expect(error.message).toContain('expired already');
  });
});

describe('the exp of a JWT', () => {
  const second = NOW / 1000;
  const date = 'Thu, 01 Jan 2026 00:00:00 GMT';
  const lifetimeOf = (claims: object, headers: object = { date }, requestedAtWallMs = NOW) =>
    readTokenReply(
      replyOf(
        { ...GOOD, access_token: jwt(claims) },
        { headers: { ...headers }, requestedAtWallMs },
      ),
    ).lifetimeMs;

  it('shortens the life, which counts from the end of the second that Date names', () => {
    expect(lifetimeOf({ iat: second, exp: second + 600 })).toBe(599_000);
  });

  it.each([
    ['seconds', '3500', 98_000],
    ['several values, of which the first counts', '3500, 7', 98_000],
    ['nothing', '0', 3_598_000],
  ])('and the Age of a reply add up to the vendor’s time (%s)', (_, age, lifetimeMs) => {
    const left = age === '0' ? 3600 : 100;
    const exp = second + Number.parseInt(age) + left;
    expect(lifetimeOf({ iat: second, exp }, { date, age })).toBe(lifetimeMs);
  });

  it.each(['-1', '1.5', 'old', '', '99999999999', '1 2'])(
    'takes no notice of the Age %j',
    (age) => {
      expect(lifetimeOf({ iat: second, exp: second + 600 }, { date, age })).toBe(599_000);
    },
  );

  it('never lengthens it', () => {
    expect(lifetimeOf({ iat: second, exp: second + 86_400 })).toBe(3_600_000);
  });

  it('shortens even a life that the reply did not tell', () => {
    const body = { ...GOOD, expires_in: undefined, access_token: jwt({ exp: second + 60 }) };
    expect(readTokenReply(replyOf(body, { headers: { date } })).lifetimeMs).toBe(59_000);
  });

  it.each([-86_400_000, -600_000, 600_000, 86_400_000])(
    'is read in the vendor’s time: our clock may be %s ms off',
    (errorMs) => {
      expect(lifetimeOf({ iat: second, exp: second + 3600 }, { date }, NOW + errorMs)).toBe(
        3_599_000,
      );
    },
  );

  it.each([
    ['behind', -86_400_000],
    ['far ahead', 86_400_000],
  ])('is corrected by iat when there is no Date and our clock is %s', (_, errorMs) => {
    expect(lifetimeOf({ iat: second, exp: second + 3600 }, {}, NOW + errorMs)).toBe(3_599_000);
  });

  it('takes no notice of an unreadable Date', () => {
    expect(lifetimeOf({ iat: second, exp: second + 600 }, { date: 'today' })).toBe(600_000);
    expect(lifetimeOf({ iat: second, exp: second + 600 }, { date: [date] })).toBe(600_000);
  });

  it('of the past means that the token is dead already', () => {
    const access_token = jwt({ iat: second - 3600, exp: second });
    const error = refusalOf(replyOf({ ...GOOD, access_token }, { headers: { date } }));
    expect(error.code).toBe('invalid_response');
    expect(error.message).toContain('expired already');
  });

  it('beyond all numbers leaves the life finite', () => {
    const payload = Buffer.from('{"iat":1e308,"exp":1e308}').toString('base64url');
    const access_token = `eyJhbGciOiJIUzI1NiJ9.${payload}.c2lnbmF0dXJl`;
    expect(readTokenReply(replyOf({ ...GOOD, access_token })).lifetimeMs).toBe(3_600_000);
  });
});
