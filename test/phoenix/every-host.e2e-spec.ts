import { APP_GUARD } from '@nestjs/core';
import { SignJWT } from 'jose';
import { ApiKeyGuard, JwtGuard, type PhoenixModuleExtras } from '../../src/phoenix/index.js';
import { PhoenixSandbox } from '../../src/sandbox/index.js';
import { API_KEY, EVERY_HOST, phoenixHost, type PhoenixHost } from './harness.js';
import { JwksServer } from './jwks-server.js';
import { SessionGuard, Sessions, SessionsModule } from './session.guard.js';

const JWT_SECRET = 'a shared secret of thirty-two bytes, or more';
const SHOP = 'https://shop.example';
const ALICE = '0x52908400098527886E0F7030069857D2E4169EE7';
const MALLORY = '0x8617E340B3D01FA5F11F306F4090FD50E238070D';
const IFRAME_URL = `/phoenix/iframe-url?address=${ALICE}&amount=10`;
const GUARDED = ['/phoenix/token', IFRAME_URL];

/** The one suite that walks all four hosts; every other runs on one, or on both platforms. */
describe.each(EVERY_HOST)('A host on $platform that registers by $form', (kind) => {
  let sandbox: PhoenixSandbox;
  let jwt: string;

  beforeAll(async () => {
    sandbox = await PhoenixSandbox.start();
    jwt = await new SignJWT({ sub: 'alice', wallet: ALICE })
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime('1h')
      .sign(new TextEncoder().encode(JWT_SECRET));
  });
  afterAll(() => sandbox.close());

  const host = () => phoenixHost(kind).vendor(sandbox);
  const bearer = () => ({ Authorization: `Bearer ${jwt}` });
  const statusOf = async (app: PhoenixHost, path: string, headers?: Record<string, string>) =>
    (await app.get(path, headers)).status;

  describe('with a token at hand', () => {
    let app: PhoenixHost;

    beforeAll(async () => {
      app = await host()
        .options({
          jwt: { secret: JWT_SECRET },
          allowedOrigins: [SHOP],
          lockParams: ({ user }: { user?: { wallet: string } }) =>
            user === undefined ? {} : { address: user.wallet },
        })
        .start();
      await app.tokens.getAccessToken();
    });
    afterAll(() => app.close());

    it('hands it out at /phoenix/token', async () => {
      const { status, headers, body } = await app.get('/phoenix/token');

      expect(status).toBe(200);
      expect(headers).toMatchObject({ 'cache-control': 'no-store', pragma: 'no-cache' });
      expect(body).toMatchObject({
        access_token: sandbox.issuedTokens.at(-1),
        token_type: 'Bearer',
        expires_in: expect.any(Number) as number,
        expires_at: expect.any(String) as string,
        scope: 'iframe',
      });
    });

    it('makes an address of it at /phoenix/iframe-url', async () => {
      const { status, headers, body } = await app.get(IFRAME_URL);

      expect(status).toBe(200);
      expect(headers).toMatchObject({ 'cache-control': 'no-store', pragma: 'no-cache' });
      const { searchParams } = new URL(body.url);
      expect(searchParams.get('address')).toBe(ALICE);
      expect(searchParams.get('access_token')).toBe(sandbox.issuedTokens.at(-1));
      expect(body.origin).toBe(sandbox.origin);
    });

    it('is live, ready and up, to anybody', async () => {
      expect((await app.get('/phoenix/health/live', {})).body).toEqual({ status: 'ok' });
      expect((await app.get('/phoenix/health/ready', {})).body).toMatchObject({ status: 'ok' });
      expect((await app.get('/phoenix/health', {})).body).toMatchObject({
        status: 'ok',
        info: { phoenix: { status: 'up', state: 'FRESH' } },
      });
    });

    it.each(GUARDED)('asks for either credential at %s', async (path) => {
      const { status, headers, body } = await app.get(path, {});

      expect(status).toBe(401);
      expect(headers['www-authenticate']).toBe('ApiKey realm="phoenix", Bearer realm="phoenix"');
      expect(headers['content-type']).toMatch(/^application\/problem\+json/);
      expect(body).toMatchObject({ status: 401, code: 'unauthorized' });
    });

    it.each(GUARDED)('takes either credential at %s, if it is right', async (path) => {
      expect(await statusOf(app, path, { 'X-API-Key': API_KEY })).toBe(200);
      expect(await statusOf(app, path, { 'X-API-Key': `${API_KEY}x` })).toBe(401);
      expect(await statusOf(app, path, bearer())).toBe(200);
      expect(await statusOf(app, path, { Authorization: `Bearer ${jwt}x` })).toBe(401);
    });

    it.each(GUARDED)('turns a page away at %s that is not listed', async (path) => {
      const key = { 'X-API-Key': API_KEY };

      expect(await statusOf(app, path, { ...key, Origin: SHOP })).toBe(200);
      const { status, headers, body } = await app.get(path, { ...key, Origin: `${SHOP}.evil` });
      expect(status).toBe(403);
      expect(headers['content-type']).toMatch(/^application\/problem\+json/);
      expect(body.code).toBe('origin_not_allowed');
    });

    it('names each parameter that it refuses', async () => {
      const { status, headers, body } = await app.get(
        '/phoenix/iframe-url?address=0x1&amount=10&access_token=mine',
      );

      expect(status).toBe(400);
      expect(headers['content-type']).toMatch(/^application\/problem\+json/);
      expect(body.code).toBe('invalid_parameters');
      expect(body.invalid_params.map(({ name }) => name)).toEqual(['address', 'access_token']);
    });

    it('locks parameters to what the claims of the user say', async () => {
      const locked = await app.get(`/phoenix/iframe-url?address=${MALLORY}&amount=10`, bearer());
      const filled = await app.get('/phoenix/iframe-url?amount=10', bearer());

      expect(locked.status).toBe(400);
      expect(new URL(filled.body.url).searchParams.get('address')).toBe(ALICE);
    });

    it('knows no other method', async () => {
      expect((await app.send('POST', '/phoenix/token')).status).toBe(404);
      expect((await app.send('HEAD', '/phoenix/token')).status).toBe(200);
      expect((await app.send('HEAD', '/phoenix/token', {})).status).toBe(401);
    });
  });

  it('without a token answers 503, and says when to come back', async () => {
    await using app = await host().options({ clientSecret: 'wrong', maxAttempts: 1 }).start();

    for (const path of GUARDED) {
      const { status, headers, body } = await app.get(path);
      expect(status).toBe(503);
      expect(headers['content-type']).toMatch(/^application\/problem\+json/);
      expect(Number(headers['retry-after'])).toBeGreaterThan(0);
      expect(body.code).toBe('token_unavailable');
    }
    expect(await statusOf(app, '/phoenix/health/live', {})).toBe(200);
    expect(await statusOf(app, '/phoenix/health/ready', {})).toBe(503);
    expect((await app.get('/phoenix/health', {})).body.error.phoenix.status).toBe('down');
  });

  it('answers 500 when lockParams returns something unusable', async () => {
    const lockParams = (() => undefined) as never;
    await using app = await host().options({ lockParams }).start();

    const { status, headers, body } = await app.get(IFRAME_URL);

    expect(status).toBe(500);
    expect(headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(body.code).toBe('internal_error');
  });

  it('checks users by the keys of their issuer, and answers 503 while these cannot be fetched', async () => {
    await using issuer = await JwksServer.start();
    await issuer.rotate();
    const claims = { iss: 'https://id.example/', aud: 'checkout' };
    const guarded = () =>
      host()
        .options({ jwt: { jwksUrl: issuer.url, issuer: claims.iss, audience: claims.aud } })
        .extras({ controller: { guards: [JwtGuard] } })
        .start();
    const exp = Math.floor(Date.now() / 1000) + 60;
    const headers = { Authorization: `Bearer ${await issuer.sign({ ...claims, exp })}` };
    await using informed = await guarded();
    await using uninformed = await guarded();

    expect(await statusOf(informed, '/phoenix/token', headers)).toBe(200);
    issuer.instead = { status: 500, body: '' };
    const refused = await uninformed.get('/phoenix/token', headers);
    expect(refused.status).toBe(503);
    expect(refused.body.code).toBe('keys_unavailable');
  });

  it('guards with the key alone when told to', async () => {
    await using app = await host()
      .options({ jwt: { secret: JWT_SECRET } })
      .extras({ controller: { guards: [ApiKeyGuard] } })
      .start();

    expect(await statusOf(app, '/phoenix/token')).toBe(200);
    expect((await app.get('/phoenix/token', bearer())).headers['www-authenticate']).toBe(
      'ApiKey realm="phoenix"',
    );
  });

  it('guards with a guard of its own, which gets its dependency from `imports`', async () => {
    await using app = await host()
      .extras({ imports: [SessionsModule], controller: { guards: [SessionGuard] } })
      .start();

    expect(await statusOf(app, '/phoenix/token', { Cookie: 'session=alice' })).toBe(200);
    expect(await statusOf(app, '/phoenix/token')).toBe(401);
  });

  it('guards with its global guard', async () => {
    await using app = await host()
      .extras({ controller: { guards: 'none' } })
      .around({ providers: [Sessions, { provide: APP_GUARD, useClass: SessionGuard }] })
      .start();

    expect(await statusOf(app, '/phoenix/token', { Cookie: 'session=alice' })).toBe(200);
    expect(await statusOf(app, '/phoenix/token', {})).toBe(401);
  });

  it('chooses the paths, or does without the routes', async () => {
    const extras: PhoenixModuleExtras = {
      controller: { path: 'pay' },
      health: { path: 'healthz' },
    };
    await using elsewhere = await host().extras(extras).start();
    await using nowhere = await host().extras({ controller: false, health: false }).start();

    expect(await statusOf(elsewhere, '/pay/token')).toBe(200);
    expect(await statusOf(elsewhere, '/healthz/live')).toBe(200);
    for (const path of ['/phoenix/token', '/phoenix/iframe-url', '/phoenix/health/live']) {
      expect(await statusOf(elsewhere, path)).toBe(404);
      expect(await statusOf(nowhere, path)).toBe(404);
    }
  });

  it('is refused without a guard, without a scheduler, and with wrong options', async () => {
    expect(await host().options({ apiKeys: [] }).failToStart()).toMatchObject({
      code: 'missing_guard',
    });
    expect(await host().withoutScheduler().failToStart()).toMatchObject({
      code: 'missing_scheduler',
    });
    expect((await host().options({ clientId: '' }).failToStart()).message).toContain('clientId');
    expect(
      await host().options({ failFast: true, clientSecret: 'wrong' }).failToStart(),
    ).toMatchObject({ code: 'invalid_client' });
  });
});
