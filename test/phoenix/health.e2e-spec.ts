import { PhoenixSandbox } from '../../src/sandbox/index.js';
import { FakeClock } from '../support/fake-clock.js';
import { phoenixHost, type PhoenixHost } from './harness.js';

const HOUR_MS = 3_600_000;
const DOWN_FOR_GOOD = { kind: 'status', status: 400, error: 'invalid_client' } as const;

describe('Health', () => {
  let clock: FakeClock;
  let sandbox: PhoenixSandbox;
  let app: PhoenixHost;

  beforeEach(async () => {
    clock = new FakeClock();
    sandbox = await PhoenixSandbox.start({ now: () => clock.wallMs() });
    app = await phoenixHost().vendor(sandbox).clock(clock).options({ eager: false }).start();
  });
  afterEach(async () => {
    await app.close();
    await sandbox.close();
  });

  const get = (path: string) => app.get(`/phoenix/health${path}`, {});
  const obtain = () => app.tokens.getAccessToken();
  const failToRefresh = () => app.tokens.refresh().catch(() => undefined);

  /** What all three probes say, and that none of them made a request. */
  const probes = async () => {
    const before = sandbox.stats().tokenRequests.total;
    const live = await get('/live');
    const ready = await get('/ready');
    const details = await get('');
    expect(sandbox.stats().tokenRequests.total).toBe(before);
    return {
      live: live.status,
      ready: ready.status,
      details: details.status,
      body: details.body,
      readyBody: ready.body,
    };
  };

  it('live is live and says no more', async () => {
    const { status, body } = await get('/live');

    expect(status).toBe(200);
    expect(body).toEqual({ status: 'ok' });
  });

  it.each(['/live', '/ready', ''])('"%s" is not cached', async (path) => {
    await obtain();

    expect((await get(path)).headers['cache-control']).toContain('no-store');
  });

  it('before the first token it is alive but not ready', async () => {
    expect(await probes()).toMatchObject({
      live: 200,
      ready: 503,
      details: 503,
      readyBody: { status: 'error', error: { phoenix: { status: 'down' } } },
      body: {
        status: 'error',
        info: {},
        details: {
          phoenix: {
            status: 'down',
            state: 'NONE',
            expires_in: 0,
            expires_at: null,
            refresh_after: null,
            refreshing: false,
            next_refresh_at: null,
            last_error: null,
          },
        },
      },
    });
  });

  it('when the first token could not be had it says why, and when it is tried again', async () => {
    sandbox.setFault(DOWN_FOR_GOOD);
    await failToRefresh();

    const { live, ready, details, body } = await probes();

    expect([live, ready, details]).toEqual([200, 503, 503]);
    expect(body.error.phoenix).toMatchObject({
      status: 'down',
      state: 'NONE',
      last_error: { code: 'invalid_client', at: '2026-01-01T00:00:00.000Z', failures: 1 },
    });
    const waitMs = Date.parse(body.error.phoenix.next_refresh_at) - clock.wallMs();
    expect(waitMs).toBeGreaterThanOrEqual(5_000);
    expect(waitMs).toBeLessThanOrEqual(10_000);
  });

  it('with a fresh token it is up', async () => {
    await obtain();

    const { live, ready, details, body } = await probes();

    expect([live, ready, details]).toEqual([200, 200, 200]);
    expect(body.status).toBe('ok');
    expect(body.info.phoenix).toEqual({
      status: 'up',
      state: 'FRESH',
      expires_in: 3599,
      expires_at: '2026-01-01T00:59:59.000Z',
      refresh_after: expect.stringMatching(/^2026-01-01T00:(49|50):/) as unknown,
      refreshing: false,
      next_refresh_at: body.info.phoenix.refresh_after,
      last_error: null,
    });
  });

  it('with a fresh token and a failed refresh it is degraded, yet ready', async () => {
    await obtain();
    sandbox.setFault({ kind: 'html' });
    await failToRefresh();

    const { ready, details, body, readyBody } = await probes();

    expect([ready, details]).toEqual([200, 200]);
    expect(readyBody).toMatchObject({
      status: 'degraded',
      info: { phoenix: { status: 'degraded' } },
    });
    expect(body.info.phoenix).toMatchObject({
      status: 'degraded',
      state: 'FRESH',
      last_error: { code: 'invalid_response', failures: 1 },
    });
  });

  it('with a stale token that is being refreshed it is up', async () => {
    await obtain();
    sandbox.setFault({ kind: 'hang' });
    await clock.advance(HOUR_MS - 299_500);
    await sandbox.tokenRequestArrived(2);
    // The refresh that the timer began has hung, and failed; another one is under way.
    const { ready, body } = await probes();

    expect(ready).toBe(200);
    expect(body.info.phoenix).toMatchObject({ state: 'STALE', expires_in: 298 });
  });

  it('with a stale token and a failed refresh it is degraded, yet ready', async () => {
    await obtain();
    sandbox.setFault(DOWN_FOR_GOOD);
    await clock.advance(HOUR_MS - 500_000);
    await failToRefresh();

    const { live, ready, details, body } = await probes();

    expect([live, ready, details]).toEqual([200, 200, 200]);
    expect(body.info.phoenix).toMatchObject({
      status: 'degraded',
      state: 'STALE',
      last_error: { code: 'invalid_client' },
    });
  });

  it('with an expired token it is alive but not ready', async () => {
    await obtain();
    sandbox.setFault(DOWN_FOR_GOOD);
    clock.suspend(HOUR_MS);

    const { live, ready, details, body } = await probes();

    expect([live, ready, details]).toEqual([200, 503, 503]);
    expect(body.error.phoenix).toMatchObject({ state: 'EXPIRED', expires_in: 0, last_error: null });

    await failToRefresh();
    expect((await probes()).body.error.phoenix).toMatchObject({
      state: 'EXPIRED',
      last_error: { code: 'invalid_client', failures: 1 },
    });
  });

  it('after recovery the failure is forgotten', async () => {
    sandbox.setFault({ kind: 'html', times: 1 });
    await failToRefresh();
    await app.tokens.refresh();

    expect((await probes()).body).toMatchObject({
      status: 'ok',
      info: { phoenix: { state: 'FRESH', last_error: null } },
    });
  });

  it('after the token was reported invalid it is not ready until there is another', async () => {
    const token = await obtain();
    sandbox.setFault(DOWN_FOR_GOOD);
    app.tokens.invalidate(token);
    await sandbox.tokenRequestArrived(2);

    expect(await probes()).toMatchObject({
      ready: 503,
      body: { error: { phoenix: { state: 'NONE' } } },
    });
  });

  it('never tells a secret', async () => {
    const token = await obtain();
    const texts = await Promise.all(
      ['/live', '/ready', ''].map(async (path) => (await get(path)).text),
    );

    for (const text of texts) {
      expect(text).not.toContain(token);
      expect(text).not.toContain(sandbox.clientSecret);
    }
  });
});
