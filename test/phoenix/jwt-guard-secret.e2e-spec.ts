import { SignJWT, UnsecuredJWT, type JWTPayload } from 'jose';
import { JwtGuard, type PhoenixJwtOptions } from '../../src/phoenix/index.js';
import { PhoenixSandbox } from '../../src/sandbox/index.js';
import { API_KEY, phoenixHost, type PhoenixHost } from './harness.js';

const SECRET = 'a shared secret of thirty-two bytes, or more';
const ISSUER = 'https://shop.example';
const AUDIENCE = 'checkout';

const secondsFromNow = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;
const GOOD = () => ({ sub: 'alice', iss: ISSUER, aud: AUDIENCE, exp: secondsFromNow(60) });

const sign = (claims: JWTPayload, { alg = 'HS256', secret = SECRET } = {}) =>
  new SignJWT(claims).setProtectedHeader({ alg }).sign(new TextEncoder().encode(secret));

const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });

describe('JwtGuard with a secret', () => {
  let sandbox: PhoenixSandbox;
  let app: PhoenixHost;

  const hostWith = (jwt: PhoenixJwtOptions) =>
    phoenixHost()
      .vendor(sandbox)
      .options({ jwt, lockParams: ({ user }: { user: JWTPayload }) => ({ user: user.sub! }) })
      .extras({ controller: { guards: [JwtGuard] } })
      .start();

  beforeAll(async () => {
    sandbox = await PhoenixSandbox.start();
    app = await hostWith({ secret: SECRET, issuer: ISSUER, audience: AUDIENCE });
  });
  afterAll(async () => {
    await app.close();
    await sandbox.close();
  });

  const statusOf = async (host: PhoenixHost, token: string) =>
    (await host.get('/phoenix/token', bearer(token))).status;

  it('admits a signed-in user', async () => {
    expect(await statusOf(app, await sign(GOOD()))).toBe(200);
  });

  it('puts the claims on request.user, where lockParams finds them', async () => {
    const path = '/phoenix/iframe-url?address=0x52908400098527886E0F7030069857D2E4169EE7&amount=10';
    const { body } = await app.get(path, bearer(await sign(GOOD())));

    expect(new URL(body.url).searchParams.get('user')).toBe('alice');
  });

  it.each([
    ['one of several audiences', () => ({ ...GOOD(), aud: ['other', AUDIENCE] })],
    ['expired within the tolerance', () => ({ ...GOOD(), exp: secondsFromNow(-3) })],
    ['not yet valid, within the tolerance', () => ({ ...GOOD(), nbf: secondsFromNow(3) })],
  ])('admits a token %s', async (_, claims) => {
    expect(await statusOf(app, await sign(claims()))).toBe(200);
  });

  it.each([
    ['of another issuer', () => ({ ...GOOD(), iss: 'https://evil.example' })],
    ['without issuer', () => ({ ...GOOD(), iss: undefined })],
    ['for another audience', () => ({ ...GOOD(), aud: 'other' })],
    ['without audience', () => ({ ...GOOD(), aud: undefined })],
    ['that has expired', () => ({ ...GOOD(), exp: secondsFromNow(-10) })],
    ['that never expires', () => ({ ...GOOD(), exp: undefined })],
    ['with an expiry that is no number', () => ({ ...GOOD(), exp: 'never' as unknown as number })],
    ['bound to a key', () => ({ ...GOOD(), cnf: { jkt: 'thumbprint' } })],
    ['bound to a certificate', () => ({ ...GOOD(), cnf: { 'x5t#S256': 'thumbprint' } })],
    ['bound to nothing in particular', () => ({ ...GOOD(), cnf: null })],
    ['that is not valid yet', () => ({ ...GOOD(), nbf: secondsFromNow(60) })],
  ])('refuses a token %s', async (_, claims) => {
    const { status, headers, body } = await app.get(
      '/phoenix/token',
      bearer(await sign(JSON.parse(JSON.stringify(claims())) as JWTPayload)),
    );

    expect(status).toBe(401);
    expect(headers['www-authenticate']).toBe('Bearer realm="phoenix", error="invalid_token"');
    expect(headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(body).toMatchObject({ code: 'unauthorized', detail: 'The JWT is not accepted.' });
  });

  it.each([
    ['signed with another secret', () => sign(GOOD(), { secret: `${SECRET}!` })],
    ['signed with an algorithm that was not agreed', () => sign(GOOD(), { alg: 'HS512' })],
    ['with alg none', () => Promise.resolve(new UnsecuredJWT(GOOD()).encode())],
    ['without its signature', async () => (await sign(GOOD())).replace(/[^.]+$/, '')],
    [
      'with altered claims',
      async () => {
        const [header, , signature] = (await sign(GOOD())).split('.') as [string, string, string];
        const claims = Buffer.from(JSON.stringify({ ...GOOD(), sub: 'mallory' })).toString(
          'base64url',
        );
        return `${header}.${claims}.${signature}`;
      },
    ],
    ['that is no JWT', () => Promise.resolve('opaque')],
    ['of three empty parts', () => Promise.resolve('..')],
    [
      'with a critical extension nobody knows',
      async () => {
        const header = { alg: 'HS256', crit: ['x'], x: 1 };
        return new SignJWT(GOOD())
          .setProtectedHeader(header)
          .sign(new TextEncoder().encode(SECRET), { crit: { x: true } });
      },
    ],
  ])('refuses a token %s', async (_, token) => {
    expect(await statusOf(app, await token())).toBe(401);
  });

  it.each([
    ['nothing', {}],
    ['an empty header', { Authorization: '' }],
    ['Basic credentials', { Authorization: 'Basic YTpi' }],
    ['the scheme alone', { Authorization: 'Bearer ' }],
    ['two tokens', { Authorization: 'Bearer a.b.c d.e.f' }],
    ['an API key', { 'X-API-Key': API_KEY }],
  ])('asks for a token when given %s', async (_, headers) => {
    const { status, headers: sent, body } = await app.get('/phoenix/token', headers);

    expect(status).toBe(401);
    expect(sent['www-authenticate']).toBe('Bearer realm="phoenix"');
    expect(body.detail).toBe('Send a JWT in the header Authorization: Bearer.');
  });

  it('does not take tokens from the query', async () => {
    const { status } = await app.get(`/phoenix/token?access_token=${await sign(GOOD())}`, {});

    expect(status).toBe(401);
  });

  it('knows the scheme in any case', async () => {
    const headers = { Authorization: `bearer ${await sign(GOOD())}` };

    expect((await app.get('/phoenix/token', headers)).status).toBe(200);
  });

  it('takes as many spaces after the scheme as there are, and nothing else', async () => {
    const token = await sign(GOOD());

    expect((await app.get('/phoenix/token', bearer(`  ${token}`))).status).toBe(200);
    expect((await app.get('/phoenix/token', bearer(`\t${token}`))).status).toBe(401);
    const together = { Authorization: `Bearer${token}` };
    expect((await app.get('/phoenix/token', together)).status).toBe(401);
  });

  it('warns once at boot when tokens for other services would do', async () => {
    await using open = await hostWith({ secret: SECRET });
    const warnings = ({ logbook }: PhoenixHost) =>
      logbook.ofPhoenix('warn').filter((line) => line.includes('jwt.audience'));

    expect(warnings(open)).toEqual([
      'jwt.secret is set without jwt.audience, so a JWT that was made for another service with the same secret ' +
        'is accepted, too. Set jwt.audience (PHOENIX_JWT_AUDIENCE) to the aud that your tokens carry for this one.',
    ]);
    expect(warnings(app)).toEqual([]);
  });

  it('tolerates as much clock difference as configured', async () => {
    await using strict = await hostWith({ secret: SECRET, clockToleranceSeconds: 0 });
    await using lenient = await hostWith({ secret: SECRET, clockToleranceSeconds: 300 });
    const expired = await sign({ exp: secondsFromNow(-2) });
    const longExpired = await sign({ exp: secondsFromNow(-290) });

    expect(await statusOf(strict, expired)).toBe(401);
    expect(await statusOf(lenient, expired)).toBe(200);
    expect(await statusOf(lenient, longExpired)).toBe(200);
  });

  it('accepts other algorithms when configured, and then only those', async () => {
    await using host = await hostWith({ secret: SECRET.repeat(2), algorithms: ['HS512'] });

    const token = (alg: string) => sign(GOOD(), { alg, secret: SECRET.repeat(2) });
    expect(await statusOf(host, await token('HS512'))).toBe(200);
    expect(await statusOf(host, await token('HS256'))).toBe(401);
  });
});
