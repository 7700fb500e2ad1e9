import { PhoenixSandbox } from '../../src/sandbox/index.js';
import { FakeClock } from '../support/fake-clock.js';
import { phoenixHost } from './harness.js';

const ROUTES = [
  '/phoenix/token',
  '/phoenix/iframe-url?address=0x52908400098527886E0F7030069857D2E4169EE7&amount=10',
];

describe('Without a usable token', () => {
  let clock: FakeClock;
  let sandbox: PhoenixSandbox;

  beforeEach(async () => {
    clock = new FakeClock();
    sandbox = await PhoenixSandbox.start({ now: () => clock.wallMs() });
  });
  afterEach(() => sandbox.close());

  const host = () => phoenixHost().vendor(sandbox).clock(clock).options({ eager: false });

  it.each(ROUTES)('%s answers 503 with problem details and Retry-After', async (path) => {
    sandbox.setFault({ kind: 'status', status: 400, error: 'invalid_client' });
    await using app = await host().start();

    const { status, headers, body } = await app.get(path);

    expect(status).toBe(503);
    expect(headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(headers['cache-control']).toBe('no-store');
    expect(Number(headers['retry-after'])).toBeGreaterThanOrEqual(5);
    expect(Number(headers['retry-after'])).toBeLessThanOrEqual(10);
    expect(body).toEqual({
      type: 'urn:problem-type:phoenix:token-unavailable',
      title: 'No usable Phoenix token at the moment',
      status: 503,
      detail: 'Phoenix issues no token at present. Try again later.',
      code: 'token_unavailable',
    });
  });

  it('passes on the pause that Phoenix asked for', async () => {
    sandbox.setFault({ kind: 'status', status: 429, retryAfter: 120 });
    await using app = await host().start();

    expect((await app.get('/phoenix/token')).headers['retry-after']).toBe('120');

    await clock.advance(50_000);
    expect((await app.get('/phoenix/token')).headers['retry-after']).toBe('70');
    expect(sandbox.stats().tokenRequests.total).toBe(1);
  });

  it('callers wait no longer than configured for a vendor that hangs', async () => {
    sandbox.setFault({ kind: 'hang' });
    await using app = await host()
      .options({ requestTimeoutMs: 5_000, acquireTimeoutMs: 5_000 })
      .start();
    let answered = false;
    const reply = app.get('/phoenix/token').then((response) => {
      answered = true;
      return response;
    });
    await sandbox.tokenRequestArrived(1);

    await clock.advance(4_999);
    expect(answered).toBe(false);
    await clock.advance(1);

    const { status, headers } = await reply;
    expect(status).toBe(503);
    expect(Number(headers['retry-after'])).toBeGreaterThanOrEqual(1);
  });

  it('a slow and failing vendor holds callers no longer than the total, retries included', async () => {
    sandbox.setFault({ kind: 'hang' });
    await using app = await host()
      .options({ requestTimeoutMs: 4_000, acquireTimeoutMs: 10_000, maxAttempts: 10 })
      .start();
    const reply = app.get('/phoenix/token').then(({ status }) => status);
    await sandbox.tokenRequestArrived(1);

    for (let request = 2; request <= 3; request++) {
      await clock.advance(4_000 + 500);
      await sandbox.tokenRequestArrived(request);
    }
    await clock.advance(1_000);

    expect(await reply).toBe(503);
    expect(clock.monotonicMs()).toBe(10_000);
  });

  it('a vendor that is not there costs callers no more than the configured wait', async () => {
    await using app = await phoenixHost()
      .options({ requestTimeoutMs: 100, acquireTimeoutMs: 200, eager: false })
      .start();
    const begun = performance.now();

    const { status } = await app.get('/phoenix/token');

    expect(status).toBe(503);
    // By default it is ten seconds.
    expect(performance.now() - begun).toBeLessThan(8_000);
  });

  it('callers are served again as soon as Phoenix is', async () => {
    sandbox.setFault({ kind: 'html', times: 1 });
    await using app = await host().start();
    const { headers } = await app.get('/phoenix/token');

    await clock.advance(Number(headers['retry-after']) * 1_000);

    expect((await app.get('/phoenix/token')).status).toBe(200);
  });

  it('wrong parameters are reported before the missing token', async () => {
    sandbox.setFault({ kind: 'html' });
    await using app = await host().start();

    expect((await app.get('/phoenix/iframe-url?address=0x1')).status).toBe(400);
  });
});
