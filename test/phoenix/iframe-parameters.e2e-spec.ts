import type { NestExpressApplication } from '@nestjs/platform-express';
import { PhoenixSandbox } from '../../src/sandbox/index.js';
import { EVERY_PLATFORM, phoenixHost, type PhoenixHost } from './harness.js';

const WRONG_CHECKSUM = '0x52908400098527886E0F7030069857D2E4169Ee7';
const NOT_AN_ADDRESS = expect.stringContaining('is not an EVM address') as unknown;
const RESERVED = 'is reserved: the access token is set by the backend';
const ONCE = 'must be given once, as text';
const NOT_A_NAME = expect.stringContaining('is not a parameter name') as unknown;

describe.each(EVERY_PLATFORM)('Parameters that are refused on $platform by $form', (kind) => {
  let sandbox: PhoenixSandbox;
  let app: PhoenixHost;

  beforeAll(async () => {
    sandbox = await PhoenixSandbox.start();
    app = await phoenixHost(kind).vendor(sandbox).start();
  });
  afterAll(async () => {
    await app.close();
    await sandbox.close();
  });

  it('gets problem details that name each of them', async () => {
    const { status, headers, body } = await app.get(
      '/phoenix/iframe-url?address=0x1&shareOn=maybe&access_token=mine&ok=1',
    );

    expect(status).toBe(400);
    expect(headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(headers['cache-control']).toBe('no-store');
    expect(body).toEqual({
      type: 'urn:problem-type:phoenix:invalid-parameters',
      title: 'Parameters are not acceptable',
      status: 400,
      detail: 'Correct the parameters listed in invalid_params.',
      code: 'invalid_parameters',
      invalid_params: [
        { name: 'address', reason: NOT_AN_ADDRESS },
        { name: 'shareOn', reason: 'must be true or false' },
        { name: 'access_token', reason: RESERVED },
      ],
    });
  });

  it.each([
    ['a wrong checksum', `address=${WRONG_CHECKSUM}`, 'address', NOT_AN_ADDRESS],
    ['an empty address', 'address=', 'address', NOT_AN_ADDRESS],
    ['an empty switch', 'shareOn=', 'shareOn', 'must be true or false'],
    ['a switch in capitals', 'shareOn=TRUE', 'shareOn', 'must be true or false'],
    ['an encoded access_token', 'access%5Ftoken=mine', 'access_token', RESERVED],
    ['a repeated access_token', 'access_token=a&access_token=b', 'access_token', RESERVED],
    ['a repeated parameter', 'memo=a&memo=b', 'memo', ONCE],
    ['a repeated parameter of a built-in name', '__proto__=a&__proto__=b', '__proto__', ONCE],
    ['brackets', 'address[to]=x', 'address[to]', NOT_A_NAME],
    ['a list in brackets', 'memo[]=x', 'memo[]', NOT_A_NAME],
    ['a dot', 'a.b=x', 'a.b', NOT_A_NAME],
    ['an empty name', '=x', '', NOT_A_NAME],
    ['a name of 65 characters', `${'n'.repeat(65)}=x`, 'n'.repeat(64), NOT_A_NAME],
    [
      'a value of 513 characters',
      `memo=${'v'.repeat(513)}`,
      'memo',
      'is longer than 512 characters',
    ],
  ])('refuses %s', async (_, query, name, reason: unknown) => {
    const { status, body } = await app.get(`/phoenix/iframe-url?${query}`);

    expect(status).toBe(400);
    expect(body).toMatchObject({ invalid_params: [{ name, reason }] });
  });

  it('accepts a name of 64 and a value of 512 characters', async () => {
    const { status } = await app.get(`/phoenix/iframe-url?${'n'.repeat(64)}=${'v'.repeat(512)}`);

    expect(status).toBe(200);
  });

  it('accepts 32 parameters and refuses 33', async () => {
    const query = (count: number) =>
      Array.from({ length: count }, (_, index) => `p${index}=x`).join('&');

    expect((await app.get(`/phoenix/iframe-url?${query(32)}`)).status).toBe(200);
    const { status, body } = await app.get(`/phoenix/iframe-url?${query(33)}`);
    expect(status).toBe(400);
    expect(body.invalid_params).toEqual([
      { name: '*', reason: 'there are more than 32 parameters' },
    ]);
  });

  it('asks Phoenix for no token on their account', async () => {
    const before = sandbox.stats().tokenRequests.total;

    await app.get('/phoenix/iframe-url?address=0x1');

    expect(sandbox.stats().tokenRequests.total).toBe(before);
  });
});

describe('Parameters under the extended query parser of Express', () => {
  it.each([
    ['objects', 'address[to]=x', 'address'],
    ['lists', 'memo[]=x', 'memo'],
    ['a nested access_token', 'access_token[]=x', 'access_token'],
  ])('refuses %s', async (_, query, name) => {
    await using sandbox = await PhoenixSandbox.start();
    await using app = await phoenixHost()
      .vendor(sandbox)
      .prepare((nest) => (nest as NestExpressApplication).set('query parser', 'extended'))
      .start();

    const { status, body } = await app.get(`/phoenix/iframe-url?${query}`);

    expect(status).toBe(400);
    expect(body.invalid_params).toEqual([{ name, reason: expect.any(String) as unknown }]);
  });
});
