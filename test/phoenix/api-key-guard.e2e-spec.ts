import { createHash } from 'node:crypto';
import { ApiKeyGuard } from '../../src/phoenix/index.js';
import { PhoenixSandbox } from '../../src/sandbox/index.js';
import { phoenixHost, type PhoenixHost } from './harness.js';

const PLAIN = 'plain-key-0123456789';
const HASHED = 'hashed-key-0123456789';
const SHOUTED = 'shouted-key-0123456789';
const sha256 = (key: string) => createHash('sha256').update(key).digest('hex');

describe('ApiKeyGuard', () => {
  let sandbox: PhoenixSandbox;
  let app: PhoenixHost;

  beforeAll(async () => {
    sandbox = await PhoenixSandbox.start();
    app = await phoenixHost()
      .vendor(sandbox)
      .options({
        apiKeys: [PLAIN, `sha256:${sha256(HASHED)}`, `SHA256:${sha256(SHOUTED).toUpperCase()}`],
      })
      .extras({ controller: { guards: [ApiKeyGuard] } })
      .start();
  });
  afterAll(async () => {
    await app.close();
    await sandbox.close();
  });

  it.each([
    ['a plain key', PLAIN],
    ['the key behind a hash', HASHED],
    ['the key behind a hash in capitals', SHOUTED],
  ])('admits %s', async (_, key) => {
    expect((await app.get('/phoenix/token', { 'X-API-Key': key })).status).toBe(200);
  });

  it.each([
    ['a wrong key', { 'X-API-Key': 'wrong-key-0123456789' }],
    ['the beginning of a key', { 'X-API-Key': PLAIN.slice(0, -1) }],
    ['a key in another case', { 'X-API-Key': PLAIN.toUpperCase() }],
    ['the configured hash itself', { 'X-API-Key': `sha256:${sha256(HASHED)}` }],
    ['the digits of the hash', { 'X-API-Key': sha256(HASHED) }],
    ['the hash in capitals itself', { 'X-API-Key': `SHA256:${sha256(SHOUTED).toUpperCase()}` }],
    ['a right key twice', { 'X-API-Key': [PLAIN, PLAIN] }],
    ['a right key beside a wrong one', { 'X-API-Key': ['wrong-key-0123456789', PLAIN] }],
    ['a very long key', { 'X-API-Key': 'k'.repeat(8_000) }],
  ])('refuses %s', async (_, headers) => {
    const { status, headers: sent, body } = await app.get('/phoenix/token', headers);

    expect(status).toBe(401);
    expect(sent['www-authenticate']).toBe('ApiKey realm="phoenix"');
    expect(sent['content-type']).toMatch(/^application\/problem\+json/);
    expect(sent['cache-control']).toBe('no-store');
    expect(body).toEqual({
      type: 'urn:problem-type:phoenix:unauthorized',
      title: 'Credentials are missing or not accepted',
      status: 401,
      detail: 'The API key is not accepted.',
      code: 'unauthorized',
    });
  });

  it.each([
    ['no key', {}],
    ['an empty key', { 'X-API-Key': '' }],
    ['a key in the wrong place', { Authorization: `Bearer ${PLAIN}` }],
  ])('asks for a key when given %s', async (_, headers) => {
    const { status, headers: sent, body } = await app.get('/phoenix/token', headers);

    expect(status).toBe(401);
    expect(sent['www-authenticate']).toBe('ApiKey realm="phoenix"');
    expect(body.detail).toBe('Send an API key in the header X-API-Key.');
  });

  it('does not take keys from the query', async () => {
    expect((await app.get(`/phoenix/token?x-api-key=${PLAIN}`, {})).status).toBe(401);
  });
});

describe('Rotating API keys', () => {
  it('takes two configurations, with both keys in between', async () => {
    await using sandbox = await PhoenixSandbox.start();
    const statusesWith = async (apiKeys: string[]) => {
      await using app = await phoenixHost().vendor(sandbox).options({ apiKeys }).start();
      const statuses: number[] = [];
      for (const key of ['old-key-0123456789', 'new-key-0123456789']) {
        statuses.push((await app.get('/phoenix/token', { 'X-API-Key': key })).status);
      }
      return statuses;
    };

    expect(await statusesWith(['old-key-0123456789'])).toEqual([200, 401]);
    expect(await statusesWith(['old-key-0123456789', 'new-key-0123456789'])).toEqual([200, 200]);
    expect(await statusesWith(['new-key-0123456789'])).toEqual([401, 200]);
  });
});
