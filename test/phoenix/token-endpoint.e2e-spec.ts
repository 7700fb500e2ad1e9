import type { ServerResponse } from 'node:http';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { PhoenixError } from '../../src/phoenix/index.js';
import { PhoenixSandbox } from '../../src/sandbox/index.js';
import { FakeClock } from '../support/fake-clock.js';
import { BareVendor } from './bare-vendor.js';
import { ENDLESS_FAULTS, PROMPT_FAULTS } from './faults.js';
import { phoenixHost, type PhoenixHost } from './harness.js';

const errorOf = (app: PhoenixHost): Promise<PhoenixError> =>
  app.tokens.getAccessToken().then(
    () => {
      throw new Error('A token was handed out.');
    },
    (error: unknown) => error as PhoenixError,
  );

describe('Faults of the token endpoint', () => {
  let clock: FakeClock;
  let sandbox: PhoenixSandbox;

  beforeEach(async () => {
    clock = new FakeClock();
    sandbox = await PhoenixSandbox.start({ now: () => clock.wallMs() });
  });
  afterEach(() => sandbox.close());

  const host = () =>
    phoenixHost().vendor(sandbox).clock(clock).options({ eager: false, maxAttempts: 1 });

  it.each(PROMPT_FAULTS)('%s', async (_, fault, code) => {
    sandbox.setFault(fault);
    await using app = await host().start();

    const error = await errorOf(app);
    const { status, headers, body } = await app.get('/phoenix/token');

    expect(error).toBeInstanceOf(PhoenixError);
    expect(error.code).toBe(code);
    expect(status).toBe(503);
    expect(body.code).toBe('token_unavailable');
    expect(headers['retry-after']).toBe(String(Math.ceil(error.retryAfterMs! / 1000)));
    expect(app.tokens.status()).toMatchObject({ state: 'NONE', lastError: { code, failures: 1 } });
    expect(sandbox.stats().tokenRequests.total).toBe(1);
    expect(sandbox.stats().redirectTargetHits).toBe(0);
  });

  it.each(ENDLESS_FAULTS)('%s', async (_, fault, code) => {
    sandbox.setFault(fault);
    await using app = await host().start();

    const waiting = errorOf(app);
    await sandbox.tokenRequestArrived(1);
    await clock.advance(5_000);

    expect((await waiting).code).toBe(code);
    expect((await app.get('/phoenix/token')).status).toBe(503);
  });

  it.each([
    ['a life as digits', { set: { expires_in: '1800' } }, 1800],
    ['a life that is not told', { remove: ['expires_in'] }, 3599],
    ['a JWT that dies sooner', { jwtLifetimeSeconds: 900 }, 899],
    ['a JWT that claims to live longer', { jwtLifetimeSeconds: 9_000 }, 3600],
    ['a clock that is ahead', { clockSkewSeconds: 7_200 }, 3599],
    ['a clock that is behind', { clockSkewSeconds: -7_200 }, 3599],
    ['token_type in any case', { set: { token_type: 'bEARER' } }, 3599],
    ['a refresh token', { set: { refresh_token: 'of no use' } }, 3599],
  ])('%s is no fault', async (_, alteration, expiresIn) => {
    sandbox.setFault({ kind: 'token', ...alteration });
    await using app = await host().start();

    const { status, body } = await app.get('/phoenix/token');

    expect(status).toBe(200);
    expect(body.expires_in).toBe(expiresIn);
    expect(body).not.toHaveProperty('refresh_token');
  });

  it.each([
    ['a list', { set: { scope: ['iframe', 'orders'] } }, 'iframe orders'],
    ['a text', { set: { scope: 'iframe orders' } }, 'iframe orders'],
    ['nothing', { remove: ['scope'] }, undefined],
    ['null', { set: { scope: null } }, undefined],
  ])('%s may tell the scope', async (_, alteration, scope) => {
    sandbox.setFault({ kind: 'token', ...alteration });
    await using app = await host().start();

    expect((await app.get('/phoenix/token')).body.scope).toBe(scope);
  });

  it('a good token is served on through failures, while it lasts', async () => {
    await using app = await host().start();
    const { body } = await app.get('/phoenix/token');
    sandbox.setFault({ kind: 'status', status: 500 });

    await clock.advance(3_500_000);
    expect((await app.get('/phoenix/token')).body.access_token).toBe(body.access_token);

    await clock.advance(70_000);
    expect((await app.get('/phoenix/token')).status).toBe(503);
  });

  it('a rotated secret is used with the next request', async () => {
    let secret = sandbox.clientSecret;
    sandbox.rotateSecret('the new secret');
    await using app = await host()
      .options({ clientSecret: () => secret })
      .start();
    expect((await errorOf(app)).code).toBe('invalid_client');

    secret = 'the new secret';
    await app.tokens.refresh();

    expect((await app.get('/phoenix/token')).status).toBe(200);
  });

  it('a secret that cannot be read makes no request', async () => {
    await using app = await host()
      .options({ clientSecret: () => Promise.reject(new Error('vault sealed')) })
      .start();

    expect((await errorOf(app)).code).toBe('secret_unavailable');
    expect((await app.get('/phoenix/token')).status).toBe(503);
    expect(sandbox.stats().tokenRequests.total).toBe(0);
  });

  it('a secret that never comes is not taken for a fault of the vendor', async () => {
    await using app = await host()
      .options({ clientSecret: () => new Promise<string>(() => undefined) })
      .start();
    const waiting = errorOf(app);
    await clock.advance(5_000);

    expect(await waiting).toMatchObject({ code: 'secret_unavailable' });
    expect((await app.get('/phoenix/token')).status).toBe(503);
    expect(sandbox.stats().tokenRequests.total).toBe(0);
  });
});

describe('The size of a reply', () => {
  const BOMB = Buffer.alloc(64 * 1024 * 1024, ' ');
  const errorFrom = async (reply: (response: ServerResponse) => void) => {
    await using vendor = await BareVendor.start(reply);
    await using app = await phoenixHost()
      .options({ tokenUrl: vendor.tokenUrl, eager: false, maxAttempts: 1 })
      .start();
    return await errorOf(app);
  };

  it.each([
    ['gzip', gzipSync(BOMB)],
    ['deflate', deflateSync(BOMB)],
    ['br', brotliCompressSync(BOMB)],
  ])('is limited after %s has been undone', async (encoding, compressed) => {
    const before = process.memoryUsage().arrayBuffers;

    const error = await errorFrom((response) => {
      response.writeHead(200, {
        'Content-Type': 'application/json',
        'Content-Encoding': encoding,
      });
      response.end(compressed);
    });

    expect(error).toMatchObject({ code: 'invalid_response' });
    expect(error.message).toContain('larger than 65536 bytes');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(BOMB.length / 2);
  });

  it('is limited where it never ends', async () => {
    let sent = 0;
    const error = await errorFrom((response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      const more = () => {
        while (!response.destroyed && response.write(' '.repeat(1024))) sent += 1024;
      };
      response.on('drain', more);
      more();
    });

    expect(error.code).toBe('invalid_response');
    expect(sent).toBeGreaterThan(64 * 1024);
  });

  it('is limited on errors too, whose status says enough', async () => {
    const error = await errorFrom((response) => {
      response.writeHead(401).end('x'.repeat(65 * 1024));
    });

    expect(error).toMatchObject({ code: 'invalid_client', status: 401 });
  });

  it('may be 64 KiB', async () => {
    const token = JSON.stringify({ access_token: 'of 64 KiB', token_type: 'Bearer' });
    await using vendor = await BareVendor.start((response) => {
      response.end(token.padEnd(64 * 1024));
    });
    await using app = await phoenixHost().options({ tokenUrl: vendor.tokenUrl }).start();

    expect(await app.tokens.getAccessToken()).toBe('of 64 KiB');
  });
});
