import { SchedulerRegistry } from '@nestjs/schedule';
import { getPhoenixTokenServiceToken, PhoenixTokenService } from 'nestjs-phoenix';
import { StockService } from './catalog/stock.service.js';
import { documentOf } from './configure-app.js';
import { PaymentsService } from './payments/payments.service.js';
import { ReportsJob } from './reports/reports.job.js';
import { ALICE, RunningShop, startWarehouse } from './testing.js';

interface Enveloped<Data> {
  readonly data: Data;
}

describe.each(['express', 'fastify'] as const)('the shop on %s', (platform) => {
  let shop: RunningShop;
  let warehouse: Awaited<ReturnType<typeof startWarehouse>>;

  beforeAll(async () => {
    warehouse = await startWarehouse();
    process.env.SHOP_WAREHOUSE_URL = warehouse.url;
    shop = await RunningShop.start({ platform, defaultVersion: '1' });
  });
  afterEach(() => {
    shop.sandbox.clearFaults();
  });
  afterAll(async () => {
    await shop.close();
    warehouse.close();
  });

  const tokens = () => shop.app.get(PhoenixTokenService);

  it('runs every cron job once', () => {
    const registries = shop.app.get(SchedulerRegistry, { strict: false, each: true });
    expect(registries).toHaveLength(1);
    const jobs = shop.app.get(SchedulerRegistry).getCronJobs();
    const named = [...jobs.keys()].filter((name) => name.startsWith('phoenix'));
    expect(named.sort()).toEqual([
      'phoenix-token-refresh',
      'phoenix-token-refresh-eu',
      'phoenix-token-refresh-kiosk',
    ]);
    for (const [name, job] of jobs) if (!named.includes(name)) void job.fireOnTick();
    expect(shop.app.get(ReportsJob).written).toBe(1);
  });

  it("keeps token requests from the shop's axios interceptors", async () => {
    await shop.get('/api/v1/shop/articles/stock');
    await tokens().refresh();
    const { trail } = shop.app.get(StockService);
    expect(trail).toEqual([`${warehouse.url} undefined`, '200 {"pieces":7}']);
    expect(trail.join()).not.toContain(shop.sandbox.clientSecret);
  });

  it('puts prefix, version, router path and envelope on the routes of the library, too', async () => {
    const reply = await shop.get('/api/v1/pay/phoenix/token');
    expect(reply.status).toBe(200);
    expect(reply.headers['cache-control']).toBe('no-store');
    const { data } = reply.body as Enveloped<{ access_token: string }>;
    expect(data.access_token).toBe(await tokens().getAccessToken());
    expect((await shop.get('/phoenix/token')).status).toBe(404);
  });

  it('puts a registration at its own path and version', async () => {
    const reply = await shop.get('/api/v2/pay/phoenix-eu/token');
    const { data } = reply.body as Enveloped<{ access_token: string }>;
    const eu = shop.app.get<PhoenixTokenService>(getPhoenixTokenServiceToken('eu'));
    expect(data.access_token).toBe(await eu.getAccessToken());
    expect(data.access_token).not.toBe(await tokens().getAccessToken());
    expect((await shop.get('/api/v1/pay/phoenix-eu/token')).status).toBe(404);
  });

  it('serves a route of its own in place of the library', async () => {
    const reply = await shop.get('/api/v1/kiosk/token');
    const { data } = reply.body as Enveloped<{ token: string }>;
    const kiosk = shop.app.get<PhoenixTokenService>(getPhoenixTokenServiceToken('kiosk'));
    expect(data.token).toBe(await kiosk.getAccessToken());
    expect((await shop.get('/api/v1/pay/phoenix-kiosk/token')).status).toBe(404);
  });

  it('keeps every account apart', async () => {
    const services = [undefined, 'eu', 'kiosk'].map((name) =>
      shop.app.get<PhoenixTokenService>(getPhoenixTokenServiceToken(name)),
    );
    const values = await Promise.all(services.map((service) => service.getAccessToken()));
    expect(new Set(values).size).toBe(3);
    expect(shop.app.get(PaymentsService).accountsInService()).toEqual(['default', 'eu']);
  });

  it.each([
    '/api/v1/pay/phoenix/token',
    '/api/v2/pay/phoenix-eu/iframe-url',
    '/api/v1/kiosk/token',
  ])('lets its guard keep strangers from %s, and its filter say so', async (path) => {
    const reply = await shop.getAsNobody(path);
    expect(reply.status).toBe(401);
    expect(reply.body).toEqual({ error: { status: 401, message: 'Sign in first.' } });
  });

  it('locks the wallet of the signed-in customer', async () => {
    const own = await shop.get('/api/v1/pay/phoenix/iframe-url?amount=10');
    const { url } = (own.body as Enveloped<{ url: string }>).data;
    expect(new URL(url).searchParams.get('address')).toBe(ALICE.wallet);
    const foreign = '0xde709f2102306220921060314715629080e2fb77';
    const reply = await shop.get(`/api/v1/pay/phoenix/iframe-url?address=${foreign}`);
    expect(reply.status).toBe(400);
    expect(reply.body).toMatchObject({ code: 'invalid_parameters' });
  });

  it('leaves the failures of the library to its problem details', async () => {
    shop.sandbox.setFault({ kind: 'status', status: 503 });
    tokens().invalidate(await tokens().getAccessToken());
    const reply = await shop.get('/api/v1/pay/phoenix/token');
    expect(reply.status).toBe(503);
    expect(reply.headers['content-type']).toContain('application/problem+json');
    expect(reply.headers['retry-after']).toMatch(/^\d+$/);
    expect(reply.body).toMatchObject({ code: 'token_unavailable' });
    shop.sandbox.clearFaults();
    await tokens().refresh();
  });

  it('keeps its own failures to its own filter', async () => {
    const reply = await shop.post('/api/v1/shop/articles/reservations', { pieces: 1, extra: true });
    expect(reply.status).toBe(400);
    expect(reply.body).toHaveProperty('error.status', 400);
  });

  it('lets parameters of the iframe through its strict validation pipe', async () => {
    const reply = await shop.get('/api/v1/pay/phoenix/iframe-url?amount=10&theme=dark');
    expect(reply.status).toBe(200);
  });

  it('includes the accounts in its readiness', async () => {
    await Promise.all([tokens().getAccessToken(), shop.get('/api/v2/pay/phoenix-eu/token')]);
    const reply = await shop.getAsNobody('/health/ready');
    expect(reply.status).toBe(200);
    expect(reply.body).toMatchObject({
      data: { info: { heap: { status: 'up' }, phoenix: { status: 'up' }, 'phoenix-eu': {} } },
    });
  });

  it('shows the routes in its own OpenAPI document, under its own security scheme', () => {
    const { paths, components } = documentOf(shop.app);
    const phoenix = Object.keys(paths).filter((path) => path.includes('phoenix'));
    expect(phoenix.sort()).toEqual([
      '/api/v1/pay/phoenix/iframe-url',
      '/api/v1/pay/phoenix/token',
      '/api/v2/pay/phoenix-eu/iframe-url',
      '/api/v2/pay/phoenix-eu/token',
    ]);
    for (const path of phoenix) expect(paths[path]?.get?.security).toEqual([{ session: [] }]);
    expect(Object.keys(components?.securitySchemes ?? {})).toEqual(['session']);
    const ids = Object.values(paths)
      .flatMap(({ get, post }) => [get, post])
      .flatMap((operation) => operation?.operationId ?? []);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('the shop', () => {
  let shop: RunningShop | undefined;

  afterEach(async () => {
    delete process.env.SHOP_REQUESTS_PER_MINUTE;
    await shop?.close();
  });

  it('has the routes without a version where it has no default', async () => {
    shop = await RunningShop.start();
    expect((await shop.get('/api/pay/phoenix/token')).status).toBe(200);
    expect((await shop.get('/api/v2/pay/phoenix-eu/token')).status).toBe(200);
  });

  it('counts requests for tokens in its own rate limit', async () => {
    process.env.SHOP_REQUESTS_PER_MINUTE = '2';
    shop = await RunningShop.start({ defaultVersion: '1' });
    const path = '/api/v1/pay/phoenix/token';
    const replies = [await shop.get(path), await shop.get(path), await shop.get(path)];
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 429]);
  });

  it('replaces the token service where a test needs no vendor at all', async () => {
    shop = await RunningShop.start({
      defaultVersion: '1',
      alter: (builder) =>
        builder
          .overrideProvider(getPhoenixTokenServiceToken('kiosk'))
          .useValue({ getAccessToken: () => Promise.resolve('a-token-of-the-test') }),
    });
    const reply = await shop.get('/api/v1/kiosk/token');
    expect(reply.body).toEqual({ data: { token: 'a-token-of-the-test' } });
  });
});
