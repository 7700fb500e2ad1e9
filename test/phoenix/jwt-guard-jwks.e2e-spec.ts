import { jest } from '@jest/globals';
import { SignJWT } from 'jose';
import { JwtGuard } from '../../src/phoenix/index.js';
import { PhoenixSandbox } from '../../src/sandbox/index.js';
import { phoenixHost } from './harness.js';
import { JwksServer } from './jwks-server.js';

const ISSUER = 'https://id.example/';
const AUDIENCE = 'checkout';
/** After an unknown key, the key set is fetched again at most this often. */
const KEY_SET_REST_MS = 30_000;

const claims = () => ({
  sub: 'alice',
  iss: ISSUER,
  aud: AUDIENCE,
  exp: Math.floor(Date.now() / 1000) + 3_600,
});

describe('JwtGuard with a JWKS', () => {
  let sandbox: PhoenixSandbox;
  let issuer: JwksServer;

  beforeEach(async () => {
    sandbox = await PhoenixSandbox.start();
    issuer = await JwksServer.start();
    await issuer.rotate();
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await issuer.close();
    await sandbox.close();
  });

  const host = (algorithms?: readonly string[]) =>
    phoenixHost()
      .vendor(sandbox)
      .options({
        jwt: {
          jwksUrl: issuer.url,
          issuer: ISSUER,
          audience: AUDIENCE,
          ...(algorithms && { algorithms }),
        },
      })
      .extras({ controller: { guards: [JwtGuard] } });

  const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });

  it.each(['RS256', 'PS256', 'ES256', 'EdDSA'])(
    'admits users whose token is signed with %s',
    async (algorithm) => {
      await issuer.rotate(algorithm);
      await using app = await host().start();

      expect((await app.get('/phoenix/token', bearer(await issuer.sign(claims())))).status).toBe(
        200,
      );
    },
  );

  it('fetches the keys once for many users', async () => {
    await using app = await host().start();
    const token = await issuer.sign(claims());

    const replies = await Promise.all(
      Array.from({ length: 10 }, () => app.get('/phoenix/token', bearer(token))),
    );

    expect(replies.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect(issuer.hits).toBe(1);
  });

  it('learns new keys when the issuer rotates, and forgets the old ones', async () => {
    await using app = await host().start();
    const before = await issuer.sign(claims());
    expect((await app.get('/phoenix/token', bearer(before))).status).toBe(200);

    await issuer.rotate();
    const after = await issuer.sign(claims());
    const now = Date.now();
    jest.spyOn(Date, 'now').mockImplementation(() => now + KEY_SET_REST_MS + 1);

    expect((await app.get('/phoenix/token', bearer(after))).status).toBe(200);
    expect((await app.get('/phoenix/token', bearer(before))).status).toBe(401);
    expect(issuer.hits).toBe(2);
  });

  it('tries both keys of a rotation on tokens that do not say which signed them', async () => {
    await using app = await host().start();
    const both = [await issuer.rotate(), await issuer.addKey()];
    for (const key of both) {
      const token = await issuer.signAnonymously(claims(), key);
      expect((await app.get('/phoenix/token', bearer(token))).status).toBe(200);
    }
    expect(issuer.hits).toBe(1);

    const late = await issuer.signAnonymously({ ...claims(), exp: 1 }, both[1]!);
    const forged = await issuer.signAnonymously(claims(), await issuer.addKey());
    expect((await app.get('/phoenix/token', bearer(late))).status).toBe(401);
    expect((await app.get('/phoenix/token', bearer(forged))).status).toBe(401);
    expect(app.logbook.ofPhoenix('debug').filter((line) => line.includes('JWT'))).toEqual([
      'A JWT was not accepted: ERR_JWT_EXPIRED, exp.',
      'A JWT was not accepted: ERR_JWS_SIGNATURE_VERIFICATION_FAILED.',
    ]);
  });

  it('learns a new key also from a token that does not say which key signed it', async () => {
    await using app = await host().start();
    expect((await app.get('/phoenix/token', bearer(await issuer.sign(claims())))).status).toBe(200);
    const after = await issuer.signAnonymously(claims(), await issuer.rotate());
    expect((await app.get('/phoenix/token', bearer(after))).status).toBe(401);
    expect(issuer.hits).toBe(1);

    const now = Date.now();
    jest.spyOn(Date, 'now').mockImplementation(() => now + KEY_SET_REST_MS + 1);
    expect((await app.get('/phoenix/token', bearer(after))).status).toBe(200);
    expect(issuer.hits).toBe(2);
  });

  it('turns away a wrong signature, rather than blame an issuer that cannot be reached', async () => {
    await using app = await host().start();
    expect((await app.get('/phoenix/token', bearer(await issuer.sign(claims())))).status).toBe(200);
    const forged = await issuer.signAnonymously(claims(), await issuer.rotate());
    await issuer.close();

    const now = Date.now();
    jest.spyOn(Date, 'now').mockImplementation(() => now + KEY_SET_REST_MS + 1);
    expect((await app.get('/phoenix/token', bearer(forged))).status).toBe(401);
  });

  it('is not driven to fetch the keys by tokens with invented key ids', async () => {
    await using app = await host().start();
    const genuine = await issuer.rotate();
    await app.get('/phoenix/token', bearer(await issuer.sign(claims())));

    for (const kid of ['a', 'b', 'c']) {
      const forged = await issuer.sign(claims(), { ...genuine, kid });
      expect((await app.get('/phoenix/token', bearer(forged))).status).toBe(401);
    }
    expect(issuer.hits).toBe(1);
  });

  it.each([
    ['another issuer', { iss: 'https://evil.example/' }],
    ['another audience', { aud: 'other' }],
    ['an expiry in the past', { exp: 1 }],
  ])('refuses a token with %s', async (_, altered) => {
    await using app = await host().start();

    const token = await issuer.sign({ ...claims(), ...altered });

    expect((await app.get('/phoenix/token', bearer(token))).status).toBe(401);
  });

  it('refuses a token that is signed with the public key as if it were a secret', async () => {
    await using app = await host().start();
    const publicKey = new TextEncoder().encode(await issuer.publicPem());
    const confused = await new SignJWT(claims())
      .setProtectedHeader({ alg: 'HS256', kid: 'key-1' })
      .sign(publicKey);

    expect((await app.get('/phoenix/token', bearer(confused))).status).toBe(401);
  });

  it('refuses an algorithm that is not on the configured list', async () => {
    await using app = await host(['RS256']).start();

    expect((await app.get('/phoenix/token', bearer(await issuer.sign(claims())))).status).toBe(401);
  });

  it('refuses the key that a token brings along', async () => {
    await using app = await host().start();
    await using attacker = await JwksServer.start();
    const { privateKey, publicJwk } = await attacker.rotate();
    const token = await new SignJWT(claims())
      .setProtectedHeader({ alg: 'ES256', jwk: publicJwk, jku: attacker.url, kid: 'key-1' })
      .sign(privateKey);

    expect((await app.get('/phoenix/token', bearer(token))).status).toBe(401);
    expect(attacker.hits).toBe(0);
  });

  it.each([
    ['fails', { status: 500, body: 'no' }],
    ['sends no JSON', { status: 200, body: '<html>' }],
    ['sends no key set', { status: 200, body: '{"keys":"none"}' }],
    ['redirects', { status: 302, body: '', headers: { Location: 'https://evil.example/' } }],
  ])('blames nobody while the issuer %s', async (_, instead) => {
    await using app = await host().start();
    issuer.instead = instead;

    const { status, headers, body } = await app.get(
      '/phoenix/token',
      bearer(await issuer.sign(claims())),
    );

    expect(status).toBe(503);
    expect(headers['retry-after']).toBe('1');
    expect(headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(body).toEqual({
      type: 'urn:problem-type:phoenix:keys-unavailable',
      title: 'Credentials cannot be checked at the moment',
      status: 503,
      detail: 'The keys that check your token cannot be fetched. Try again later.',
      code: 'keys_unavailable',
    });
  });

  it.each([
    ['is over', { exp: 1 }, 'ERR_JWT_EXPIRED, exp'],
    ['is for somebody else', { aud: 'another' }, 'ERR_JWT_CLAIM_VALIDATION_FAILED, aud'],
  ])('tells operators who debug why a token is refused that %s', async (_, wrong, reason) => {
    await using app = await host().start();
    const token = await issuer.sign({ ...claims(), ...wrong });

    expect((await app.get('/phoenix/token', bearer(token))).status).toBe(401);
    const lines = app.logbook.ofPhoenix('debug');
    expect(lines).toContain(`A JWT was not accepted: ${reason}.`);
    expect(lines.join()).not.toContain(token.split('.')[1]);
  });

  it('blames nobody when nothing listens at the address of the keys', async () => {
    await using app = await host().start();
    const token = await issuer.sign(claims());
    await issuer.close();

    expect((await app.get('/phoenix/token', bearer(token))).status).toBe(503);
    expect(app.logbook.ofPhoenix('warn').join()).toContain('cannot be fetched (ECONNREFUSED)');
  });

  it('sees a malformed token without asking the issuer', async () => {
    await using app = await host().start();

    expect((await app.get('/phoenix/token', bearer('not.a.jwt'))).status).toBe(401);
    expect(issuer.hits).toBe(0);
  });
});
