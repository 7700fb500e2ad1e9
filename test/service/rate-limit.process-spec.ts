import { RawConnection } from './raw-connection.js';
import { API_KEY, TestService } from './service.js';

const KEY = { 'X-API-Key': API_KEY };
const LIMIT = 5;
const REQUESTS = 12;

/** How often each status was answered. */
async function statusesOf(
  ask: (request: number) => Promise<{ status: number }>,
): Promise<Record<number, number>> {
  const statuses: Record<number, number> = {};
  for (let request = 0; request < REQUESTS; request++) {
    const { status } = await ask(request);
    statuses[status] = (statuses[status] ?? 0) + 1;
  }
  return statuses;
}

describe('the rate limit', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await TestService.start({
      PHOENIX_RATE_LIMIT_PER_MINUTE: String(LIMIT),
      TRUST_PROXY: 'loopback',
      PHOENIX_ALLOWED_ORIGINS: 'https://shop.example',
    });
  });
  afterAll(() => service[Symbol.asyncDispose]());

  it.each<[string, (request: number) => string]>([
    ['another port each time', (request) => `203.0.113.1:${50_000 + request}`],
    ['IPv6 with another port each time', (request) => `[2001:db8:1::7]:${50_000 + request}`],
    ['another spelling', (request) => (request % 2 ? '2001:db8:2::7' : '2001:DB8:2:0:0:0:0:0007')],
    ['IPv4 in IPv6', (request) => (request % 2 ? '203.0.113.2' : '::ffff:203.0.113.2')],
    ['one network of IPv6', (request) => `2001:db8:3:0:${request.toString(16)}::1`],
    ['a hop of ours with a port', (request) => `203.0.113.3, 127.0.0.1:${50_000 + request}`],
    ['other clients before it', (request) => `198.51.100.${request}, 203.0.113.4`],
    ['no address at all', (request) => `unknown-${request}`],
  ])('counts a client that is forwarded with %s as one', async (_form, client) => {
    const statuses = await statusesOf((request) =>
      service.get('/phoenix/token', { ...KEY, 'X-Forwarded-For': client(request) }),
    );
    expect(statuses).toEqual({ 200: LIMIT, 429: REQUESTS - LIMIT });
  });

  it.each<[string, number, string, (request: number) => string, RequestInit?]>([
    ['unknown routes', 404, '203.0.113.11', (request) => `/nowhere/${request}`],
    ['unknown methods', 404, '203.0.113.12', () => '/phoenix/token', { method: 'DELETE' }],
    ['addresses that are none', 400, '203.0.113.13', (request) => `/phoenix/${request}%`],
    ['the documentation', 200, '203.0.113.14', () => '/docs'],
    ['its files', 200, '203.0.113.15', (request) => `/docs/swagger-ui-bundle.js?${request}`],
    ['its JSON', 200, '203.0.113.16', () => '/docs-json'],
    [
      'other spellings of a route',
      401,
      '203.0.113.17',
      (request) => ['/phoenix/token', '/phoenix/%74oken', '/%70hoenix/token'][request % 3] ?? '',
    ],
    ['paths that begin as the probes do', 404, '203.0.113.18', (request) => `/health${request}`],
    [
      'preflights',
      204,
      '203.0.113.19',
      (request) => `/phoenix/${request}`,
      {
        method: 'OPTIONS',
        headers: { Origin: 'https://shop.example', 'Access-Control-Request-Method': 'GET' },
      },
    ],
  ])('counts %s, too', async (_what, status, client, path, init = {}) => {
    const headers = new Headers(init.headers);
    headers.set('X-Forwarded-For', client);
    const statuses = await statusesOf((request) =>
      fetch(service.url + path(request), { ...init, headers }),
    );
    expect(statuses).toEqual({ [status]: LIMIT, 429: REQUESTS - LIMIT });
  });

  it('counts what is no request for the connection it came on', async () => {
    const statuses = await statusesOf(async () => {
      using connection = await RawConnection.to(service.url);
      const reply = await connection.write('nonsense\r\n\r\n').all();
      return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(reply)?.[1]) };
    });
    expect(statuses).toEqual({ 400: LIMIT, 429: REQUESTS - LIMIT });
  });

  it('leaves a page of an allowed origin able to read that it was refused', async () => {
    const headers = { ...KEY, 'X-Forwarded-For': '203.0.113.21', Origin: 'https://shop.example' };
    const replies = await Promise.all(
      Array.from({ length: LIMIT + 1 }, () => service.get('/phoenix/token', headers)),
    );
    const refused = replies.find(({ status }) => status === 429);
    expect(refused?.headers.get('access-control-allow-origin')).toBe('https://shop.example');
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});
