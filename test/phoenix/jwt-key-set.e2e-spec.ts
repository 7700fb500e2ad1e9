import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createTlsServer, globalAgent } from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { SignJWT } from 'jose';
import { JwtGuard } from '../../src/phoenix/index.js';
import { PhoenixSandbox } from '../../src/sandbox/index.js';
import { Certificate } from '../support/certificate.js';
import { FakeClock } from '../support/fake-clock.js';
import { phoenixHost, type PhoenixHost } from './harness.js';
import { JwksServer } from './jwks-server.js';

const ISSUER = 'https://id.example/';
const AUDIENCE = 'checkout';

const claims = () => ({
  sub: 'alice',
  iss: ISSUER,
  aud: AUDIENCE,
  exp: Math.floor(Date.now() / 1000) + 3_600,
});
const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });

describe('The keys that check JWTs', () => {
  let sandbox: PhoenixSandbox;
  let issuer: JwksServer;
  let clock: FakeClock;

  beforeEach(async () => {
    sandbox = await PhoenixSandbox.start();
    issuer = await JwksServer.start();
    clock = new FakeClock(Date.now());
    await issuer.rotate();
  });
  afterEach(async () => {
    await issuer.close();
    await sandbox.close();
  });

  const host = (jwksUrl = issuer.url) =>
    phoenixHost()
      .vendor(sandbox)
      .options({ jwt: { jwksUrl, issuer: ISSUER, audience: AUDIENCE } })
      .extras({ controller: { guards: [JwtGuard] } });

  const statusOf = async (app: PhoenixHost, token: string) =>
    (await app.get('/phoenix/token', bearer(token))).status;
  /** What operators read about JWTs without debugging. */
  const linesOf = ({ logbook }: PhoenixHost) =>
    (['log', 'warn', 'error'] as const)
      .flatMap((level) => logbook.ofPhoenix(level))
      .filter((line) => line.includes('JWT'));

  it('are used although others in the set cannot be, and what names those is refused', async () => {
    const short = generateKeyPairSync('rsa', { modulusLength: 1_024 });
    const shortJwk = { ...short.publicKey.export({ format: 'jwk' }), alg: 'RS256' };
    const good = await issuer.rotate();
    issuer.publishFirst(
      { ...shortJwk, kid: 'short' },
      { kty: 'RSA', alg: 'RS256', n: '!!', e: 'AQAB', kid: 'broken' },
      { kty: 'oct', k: 'c2VjcmV0', kid: 'symmetric' },
      { ...good.publicJwk, kid: 'for-encryption', use: 'enc' },
      { kty: 'XYZ', kid: 'unknown' },
      good.publicJwk,
      null,
      'text',
    );
    await using app = await host().start();

    expect(await statusOf(app, await issuer.signAnonymously(claims(), good))).toBe(200);
    expect(await statusOf(app, await issuer.sign(claims()))).toBe(200);
    for (const kid of ['short', 'broken', 'symmetric', 'for-encryption', 'unknown']) {
      expect(await statusOf(app, await issuer.sign(claims(), { ...good, kid }))).toBe(401);
    }
    expect(linesOf(app)).toEqual([]);
    expect(issuer.hits).toBe(1);
  });

  it('are asked for a few times while the issuer fails, whatever strangers send', async () => {
    await using app = await host().clock(clock).start();
    issuer.instead = { status: 500, body: '' };
    const genuine = await issuer.sign(claims());
    const { privateKey } = await issuer.addKey();
    for (let index = 0; index < 100; index++) {
      const junk = await new SignJWT(claims())
        .setProtectedHeader({ alg: 'ES256', kid: `junk-${index}` })
        .sign(privateKey);
      expect(await statusOf(app, junk)).toBe(503);
      expect(await statusOf(app, genuine)).toBe(503);
    }
    expect(issuer.hits).toBe(1);

    const { headers } = await app.get('/phoenix/token', bearer(genuine));
    await clock.advance(Number(headers['retry-after']) * 1_000);
    issuer.instead = undefined;
    expect(await statusOf(app, genuine)).toBe(200);
    expect(linesOf(app)).toEqual([
      'The keys that check JWTs can be fetched again.',
      'The keys that check JWTs cannot be fetched (HTTP 500). Keys of the last ten minutes go on ' +
        'serving; without them, callers with a JWT get 503. ' +
        'Check jwt.jwksUrl (PHOENIX_JWT_JWKS_URL), DNS, TLS certificates, proxy and firewall.',
    ]);
  });

  it('go on serving for ten minutes when the issuer is away, and strangers stay strangers', async () => {
    await using app = await host().clock(clock).start();
    const key = await issuer.rotate();
    const genuine = await issuer.sign(claims());
    expect(await statusOf(app, genuine)).toBe(200);
    issuer.instead = { status: 503, body: '' };

    for (let second = 0; second < 600; second += 20) {
      const junk = await issuer.sign(claims(), { ...key, kid: `junk-${second}` });
      expect(await statusOf(app, junk)).toBe(401);
      expect(await statusOf(app, genuine)).toBe(200);
      await clock.advance(20_000);
    }
    expect(issuer.hits).toBeLessThan(40);
    expect(linesOf(app)).toHaveLength(1);

    await clock.advance(30_000);
    const late = await app.get('/phoenix/token', bearer(genuine));
    expect([late.status, late.body.code]).toEqual([503, 'keys_unavailable']);
    issuer.instead = undefined;
    await clock.advance(Number(late.headers['retry-after']) * 1_000);
    expect(await statusOf(app, genuine)).toBe(200);
    expect(linesOf(app)).toHaveLength(2);
  });

  it('are asked for later where the issuer says when', async () => {
    await using app = await host().clock(clock).start();
    issuer.instead = { status: 429, body: '', headers: { 'Retry-After': '77' } };
    const genuine = await issuer.sign(claims());
    const { headers } = await app.get('/phoenix/token', bearer(genuine));
    expect(headers['retry-after']).toBe('77');
    await clock.advance(76_000);
    expect(await statusOf(app, genuine)).toBe(503);
    expect(issuer.hits).toBe(1);
  });

  const serve = async (answer: RequestListener) => {
    const server = createServer(answer).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return Object.assign(server, { address: `http://127.0.0.1:${port}/jwks.json` });
  };

  it('are not read beyond a megabyte', async () => {
    let sentBytes = 0;
    const chunk = Buffer.alloc(64 * 1024, ' ');
    const stopped: true[] = [];
    await using server = await serve((_, response) => {
      const send = (): void => {
        while (!response.destroyed && sentBytes < 300 * 1024 * 1024) {
          sentBytes += chunk.length;
          if (!response.write(chunk)) return;
        }
      };
      response.on('drain', send).on('close', () => {
        stopped.push(true);
        server.emit('stopped');
      });
      send();
    });
    await using app = await host(server.address).start();

    expect(await statusOf(app, await issuer.sign(claims()))).toBe(503);
    if (stopped.length === 0) await once(server, 'stopped');
    expect(sentBytes).toBeLessThan(30 * 1024 * 1024);
    expect(linesOf(app).join()).toContain('(more than 1048576 bytes)');
  });

  it('are not waited for beyond the time limit of requests', async () => {
    await using server = await serve((_, response) => {
      response.writeHead(200).write('{"keys":[');
    });
    await using app = await host(server.address)
      .options({ requestTimeoutMs: 2_000 })
      .clock(clock)
      .start();

    const arrived = once(server, 'request');
    const pending = statusOf(app, await issuer.sign(claims()));
    await arrived;
    await clock.advance(2_000);
    expect(await pending).toBe(503);
    expect(linesOf(app).join()).toContain('(no complete reply within 2000 ms)');
    server.closeAllConnections();
  });

  it.each([
    ['a redirect', { status: 302, headers: { Location: '/elsewhere' }, body: '' }, 'HTTP 302'],
    ['no JSON', { status: 200, body: '<html>' }, 'the reply is not a JSON Web Key Set'],
    ['a list', { status: 200, body: '[]' }, 'the reply is not a JSON Web Key Set'],
    ['another success', { status: 204, body: '' }, 'HTTP 204'],
  ])('are not found in %s', async (_, instead, reason) => {
    await using app = await host().start();
    issuer.instead = instead;

    expect(await statusOf(app, await issuer.sign(claims()))).toBe(503);
    expect(issuer.hits).toBe(1);
    expect(linesOf(app).join()).toContain(`(${reason})`);
  });

  describe('behind a proxy', () => {
    const { HTTPS_PROXY, NO_PROXY } = process.env;
    afterEach(() => {
      Object.assign(process.env, { HTTPS_PROXY: HTTPS_PROXY ?? '', NO_PROXY: NO_PROXY ?? '' });
      delete globalAgent.options.ca;
    });

    /** A proxy that tunnels, and remembers where to. */
    const startProxy = async (tunnels: string[]) => {
      const proxy = await serve((_, response) => response.writeHead(405).end());
      proxy.on('connect', ({ url = '' }: IncomingMessage, client: Socket) => {
        tunnels.push(url);
        const { hostname, port } = new URL(`tcp://${url}`);
        const target = connect(Number(port), hostname, () => {
          client.write('HTTP/1.1 200 Connection established\r\n\r\n');
          client.pipe(target).pipe(client);
        });
        target.on('error', () => client.destroy());
        client.on('error', () => target.destroy()).on('close', () => target.destroy());
      });
      return proxy;
    };

    it.each([
      ['are fetched through a tunnel of it, as the token is', '', 2],
      ['are fetched past it where NO_PROXY says so, as the token is', '127.0.0.1', 0],
    ])('%s', async (_, noProxy, expectedTunnels) => {
      using certificate = await Certificate.create();
      const { publicJwk } = await issuer.rotate();
      const vendor = createTlsServer(
        { cert: certificate.text, key: readFileSync(certificate.keyFile) },
        ({ url }, response) => {
          const token = { access_token: 'token', token_type: 'Bearer', expires_in: 3_600 };
          response.end(JSON.stringify(url === '/jwks.json' ? { keys: [publicJwk] } : token));
        },
      ).listen(0, '127.0.0.1');
      await once(vendor, 'listening');
      const address = `127.0.0.1:${(vendor.address() as AddressInfo).port}`;
      const tunnels: string[] = [];
      const proxy = await startProxy(tunnels);
      globalAgent.options.ca = certificate.text;
      Object.assign(process.env, {
        HTTPS_PROXY: proxy.address.replace('/jwks.json', ''),
        NO_PROXY: noProxy,
      });

      const app = await host(`https://${address}/jwks.json`)
        .options({ tokenUrl: `https://${address}/oauth/token` })
        .start();
      try {
        expect(await statusOf(app, await issuer.sign(claims()))).toBe(200);
        expect(tunnels).toEqual(Array(expectedTunnels).fill(address));
      } finally {
        await app.close();
        for (const server of [proxy, vendor]) {
          server.closeAllConnections();
          server.close();
        }
      }
    });
  });
});
