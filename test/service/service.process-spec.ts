import type { OpenAPIObject } from '@nestjs/swagger';
import { API_KEY, TestService } from './service.js';

const KEY = { 'X-API-Key': API_KEY };

describe('the service', () => {
  let service: TestService;
  /** Two requests a minute for each client of a proxy; a client of its own for each test. */
  let limited: TestService;

  beforeAll(async () => {
    service = await TestService.start({
      PHOENIX_RATE_LIMIT_PER_MINUTE: '0',
      PHOENIX_ALLOWED_ORIGINS: 'https://shop.example',
      PHOENIX_HEALTH_DETAILS: 'public',
    });
    limited = await TestService.start({
      PHOENIX_RATE_LIMIT_PER_MINUTE: '2',
      TRUST_PROXY: 'loopback',
    });
  });
  afterAll(async () => {
    await service[Symbol.asyncDispose]();
    await limited[Symbol.asyncDispose]();
  });

  const askAs =
    (client: string) =>
    (path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
      limited.get(path, { ...headers, 'X-Forwarded-For': client });

  it('answers unknown routes with problem details', async () => {
    const reply = await service.get('/nowhere');
    expect(reply.status).toBe(404);
    expect(reply.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(await reply.json()).toEqual({
      type: 'urn:problem-type:phoenix:not-found',
      title: 'Not Found',
      status: 404,
      detail: 'Cannot GET /nowhere',
      code: 'not_found',
    });
  });

  it('answers a malformed address with problem details', async () => {
    const reply = await service.get('/phoenix/token/%');
    expect(reply.status).toBe(400);
    expect(await reply.json()).toMatchObject({ status: 400, code: 'bad_request' });
  });

  it('limits requests per address and route, and says when to come back', async () => {
    const ask = askAs('203.0.113.1');
    const statuses = [];
    for (let count = 0; count < 2; count++) {
      statuses.push((await ask('/phoenix/token', KEY)).status);
    }
    expect(statuses).toEqual([200, 200]);
    const reply = await ask('/phoenix/token', KEY);
    expect(reply.status).toBe(429);
    expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(reply.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(await reply.json()).toMatchObject({
      type: 'urn:problem-type:phoenix:too-many-requests',
      code: 'too_many_requests',
    });
    expect(
      (
        await ask(
          '/phoenix/iframe-url?address=0x52908400098527886E0F7030069857D2E4169EE7&amount=10',
          KEY,
        )
      ).status,
    ).toBe(200);
  });

  it('limits guessing of keys too', async () => {
    const ask = askAs('203.0.113.2');
    const guess = { 'X-API-Key': 'guess' };
    for (const status of [401, 401, 429]) {
      expect((await ask('/phoenix/token', guess)).status).toBe(status);
    }
  });

  it('never limits the probes', async () => {
    const ask = askAs('203.0.113.3');
    for (const path of ['/health/live', '/health/live', '/health/live']) {
      expect((await ask(path)).status).toBe(200);
    }
  });

  it('shows the details of health to callers with credentials, and counts guesses of them', async () => {
    const ask = askAs('203.0.113.4');
    await limited.sandbox.tokenRequestArrived(1);
    const stranger = await ask('/health', { 'X-API-Key': 'guess' });
    expect(stranger.status).toBe(401);
    expect(await stranger.json()).toMatchObject({ code: 'unauthorized' });
    const partner = await ask('/health', KEY);
    expect(partner.status).toBe(200);
    expect(await partner.json()).toMatchObject({ details: { phoenix: { state: 'FRESH' } } });
    expect((await ask('/health', { 'X-API-Key': 'guess' })).status).toBe(429);
    expect((await ask('/health/ready')).status).toBe(200);
  });

  it('shows them to everybody where the operator says so', async () => {
    await service.sandbox.tokenRequestArrived(1);
    expect(await (await service.get('/health')).json()).toHaveProperty('details.phoenix.state');
    const { paths } = (await (await service.get('/docs-json')).json()) as OpenAPIObject;
    expect(paths['/health']?.get?.security).toEqual([]);
    expect(paths['/health']?.get?.responses).not.toHaveProperty('401');
  });

  it('counts clients behind a trusted proxy apart, and believes nobody else', async () => {
    for (const client of ['203.0.113.5', '203.0.113.6', '203.0.113.7']) {
      expect((await askAs(client)('/phoenix/token', KEY)).status).toBe(200);
    }

    await using distrustful = await TestService.start({ PHOENIX_RATE_LIMIT_PER_MINUTE: '1' });
    const ask = (client: string): Promise<Response> =>
      distrustful.get('/phoenix/token', { ...KEY, 'X-Forwarded-For': client });
    expect((await ask('203.0.113.1')).status).toBe(200);
    expect((await ask('203.0.113.2')).status).toBe(429);
  });

  it('has no limit when it is 0', async () => {
    for (let count = 0; count < 5; count++) {
      expect((await service.get('/phoenix/token', KEY)).status).toBe(200);
    }
  });

  it('sends CORS headers to the allowed origins only', async () => {
    const admitted = await service.get('/phoenix/token', {
      ...KEY,
      Origin: 'https://shop.example',
    });
    expect(admitted.status).toBe(200);
    expect(admitted.headers.get('access-control-allow-origin')).toBe('https://shop.example');
    expect(admitted.headers.get('access-control-expose-headers')).toContain('Retry-After');

    const refused = await service.get('/phoenix/token', { ...KEY, Origin: 'https://evil.example' });
    expect(refused.status).toBe(403);
    expect(refused.headers.get('access-control-allow-origin')).toBeNull();

    const preflight = await fetch(`${service.url}/phoenix/token`, {
      method: 'OPTIONS',
      headers: {
        Origin: 'https://shop.example',
        'Access-Control-Request-Method': 'GET',
        'Access-Control-Request-Headers': 'authorization',
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-headers')).toMatch(/authorization/i);
    expect(preflight.headers.get('access-control-allow-methods')).toBe('GET');
  });

  it.each([{ NODE_ENV: 'production' }, { PHOENIX_DOCS: 'false' }])(
    'serves no documentation with %j',
    async (environment) => {
      await using quiet = await TestService.start(environment);
      for (const path of ['/docs', '/docs/', '/docs/swagger-ui.css', '/docs-json', '/docs-yaml']) {
        expect((await quiet.get(path)).status).toBe(404);
      }
    },
  );

  it('serves it in production where it is told to', async () => {
    await using open = await TestService.start({ NODE_ENV: 'production', PHOENIX_DOCS: 'true' });
    expect((await open.get('/docs')).status).toBe(200);
  });

  it('keeps no credentials that are typed into the documentation', async () => {
    const script = await (await service.get('/docs/swagger-ui-init.js')).text();
    expect(script).toContain('"swaggerDoc"');
    expect(script).not.toContain('persistAuthorization');
  });

  it('keeps the shape of a failed health check', async () => {
    await using refused = await TestService.start({ PHOENIX_CLIENT_SECRET: 'wrong' });
    await refused.sandbox.tokenRequestArrived(1);
    const reply = await refused.get('/health/ready');
    expect(reply.status).toBe(503);
    expect(await reply.json()).toMatchObject({
      status: 'error',
      error: { phoenix: { status: 'down' } },
    });
  });

  it('serves its document as JSON and YAML, and forbids inline scripts', async () => {
    expect(await (await service.get('/docs-json')).json()).toMatchObject({ openapi: '3.0.0' });
    expect(await (await service.get('/docs-yaml')).text()).toMatch(/^openapi: 3\.0\.0/);
    const policy = (await service.get('/docs')).headers.get('content-security-policy');
    expect(policy).toContain("script-src 'self';");
  });

  it.each(['/phoenix/token', '/docs', '/nowhere'])(
    'sends security headers with %s',
    async (path) => {
      const { headers } = await service.get(path, KEY);
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      // A policy of one host would bind all others of the partner; TLS is the ingress's.
      expect(headers.get('strict-transport-security')).toBeNull();
      expect(headers.get('referrer-policy')).toBe('no-referrer');
    },
  );
});
