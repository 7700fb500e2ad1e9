import { PhoenixSandbox } from '../../src/sandbox/index.js';
import { API_KEY, phoenixHost, type PhoenixHost } from './harness.js';

const SHOP = 'https://shop.example';
const KEY = { 'X-API-Key': API_KEY };

describe('allowedOrigins', () => {
  let sandbox: PhoenixSandbox;
  let app: PhoenixHost;

  beforeAll(async () => {
    sandbox = await PhoenixSandbox.start();
    app = await phoenixHost()
      .vendor(sandbox)
      .options({ allowedOrigins: [SHOP, 'http://localhost:5173'] })
      .start();
  });
  afterAll(async () => {
    await app.close();
    await sandbox.close();
  });

  describe.each([
    '/phoenix/token',
    '/phoenix/iframe-url?address=0x52908400098527886E0F7030069857D2E4169EE7&amount=10',
  ])('at %s', (path) => {
    it.each([
      ['a listed page', { Origin: SHOP }],
      ['another listed page', { Origin: 'http://localhost:5173' }],
      ['a listed page of another site', { Origin: SHOP, 'Sec-Fetch-Site': 'cross-site' }],
      ['a page of our own origin, which sends no Origin', { 'Sec-Fetch-Site': 'same-origin' }],
      ['a person who typed the address', { 'Sec-Fetch-Site': 'none' }],
      ['a server, which sends neither', {}],
    ])('admits %s', async (_, headers) => {
      expect((await app.get(path, { ...KEY, ...headers })).status).toBe(200);
    });

    it.each([
      ['a page that is not listed', { Origin: 'https://evil.example' }],
      ['a page without an origin of its own', { Origin: 'null' }],
      ['a subdomain', { Origin: 'https://a.shop.example' }],
      ['a longer name', { Origin: 'https://shop.example.evil.example' }],
      ['another port', { Origin: 'https://shop.example:8443' }],
      ['another scheme', { Origin: 'http://shop.example' }],
      ['another case', { Origin: 'https://SHOP.example' }],
      ['a trailing slash', { Origin: 'https://shop.example/' }],
      ['two origins', { Origin: [SHOP, 'https://evil.example'] }],
      ['a foreign page that sends no Origin', { 'Sec-Fetch-Site': 'cross-site' }],
      ['a page of a neighbour that sends no Origin', { 'Sec-Fetch-Site': 'same-site' }],
      ['a contradiction', { 'Sec-Fetch-Site': ['same-origin', 'cross-site'] }],
    ])('refuses %s', async (_, headers) => {
      const { status, headers: sent, body } = await app.get(path, { ...KEY, ...headers });

      expect(status).toBe(403);
      expect(sent['content-type']).toMatch(/^application\/problem\+json/);
      expect(sent['cache-control']).toBe('no-store');
      expect(body).toEqual({
        type: 'urn:problem-type:phoenix:origin-not-allowed',
        title: 'This origin may not ask',
        status: 403,
        detail: expect.stringContaining('allowedOrigins') as unknown,
        code: 'origin_not_allowed',
      });
    });

    it('asks for credentials all the same', async () => {
      expect((await app.get(path, { Origin: SHOP })).status).toBe(401);
    });

    it('refuses a foreign page before it looks at credentials', async () => {
      const headers = { 'X-API-Key': 'a key that nobody has', Origin: 'https://evil.example' };

      expect((await app.get(path, headers)).status).toBe(403);
    });

    it('holds for HEAD too', async () => {
      const headers = { ...KEY, Origin: 'https://evil.example' };

      expect((await app.send('HEAD', path, headers)).status).toBe(403);
    });
  });

  it('leaves the health routes open', async () => {
    expect((await app.get('/phoenix/health/live', { Origin: 'https://evil.example' })).status).toBe(
      200,
    );
  });
});

describe('Without allowedOrigins', () => {
  it('every page with credentials may ask', async () => {
    await using sandbox = await PhoenixSandbox.start();
    await using app = await phoenixHost().vendor(sandbox).start();

    expect(
      (await app.get('/phoenix/token', { ...KEY, Origin: 'https://any.example' })).status,
    ).toBe(200);
  });
});
