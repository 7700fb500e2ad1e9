import type { NestExpressApplication } from '@nestjs/platform-express';
import { PhoenixSandbox } from '../../src/sandbox/index.js';
import { EVERY_PLATFORM, phoenixHost, type PhoenixHost } from './harness.js';

const WRONG_CHECKSUM = '0x52908400098527886E0F7030069857D2E4169Ee7';
const NOT_AN_ADDRESS = expect.stringContaining('is not an EVM address') as unknown;
const NOT_AN_AMOUNT = expect.stringContaining('is not an amount in USD') as unknown;
const MISSING = 'is required, and has no value';
const LINKS_ARE_OFF = expect.stringContaining('turn on the option paymentLinks') as unknown;
const RESERVED = 'is reserved: the access token is set by the backend';
const ONCE = 'must be given once, as text';
const NOT_A_NAME = expect.stringContaining('is not a parameter name') as unknown;

const REQUIRED = {
  address: '0x52908400098527886E0F7030069857D2E4169EE7',
  amount: '10',
  order_ref: '42',
};

/** The path with a query, and what is required besides. */
const pathWith = (query: string): string => {
  const others = Object.entries(REQUIRED)
    .filter(([name]) => !query.split('&').some((part) => part.startsWith(`${name}=`)))
    .map((entry) => entry.join('='));
  return `/phoenix/iframe-url?${[query, ...others].join('&')}`;
};

describe.each(EVERY_PLATFORM)('Parameters that are refused on $platform by $form', (kind) => {
  let sandbox: PhoenixSandbox;
  let app: PhoenixHost;

  beforeAll(async () => {
    sandbox = await PhoenixSandbox.start();
    app = await phoenixHost(kind)
      .vendor(sandbox)
      .options({
        iframeUrl: `${sandbox.iframeUrl}?partner_id=7`,
        iframeParams: { lang: 'de' },
        requiredIframeParams: ['address', 'amount', 'order_ref'],
        minAmountUsd: '1.50',
        maxAmountUsd: 500,
      })
      .start();
  });
  afterAll(async () => {
    await app.close();
    await sandbox.close();
  });

  it('gets problem details that name each of them', async () => {
    const { status, headers, body } = await app.get(
      '/phoenix/iframe-url?address=0x1&theme=blue&access_token=mine&ok=1',
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
        { name: 'theme', reason: 'must be light or dark' },
        { name: 'access_token', reason: RESERVED },
        { name: 'amount', reason: MISSING },
        { name: 'order_ref', reason: MISSING },
      ],
    });
  });

  it.each([
    ['a wrong checksum', `address=${WRONG_CHECKSUM}`, 'address', NOT_AN_ADDRESS],
    ['an empty address', 'address=', 'address', NOT_AN_ADDRESS],
    ['an empty amount', 'amount=', 'amount', NOT_AN_AMOUNT],
    ['an amount with an exponent', 'amount=1e3', 'amount', NOT_AN_AMOUNT],
    ['an amount with a plus sign', 'amount=%2B10', 'amount', NOT_AN_AMOUNT],
    ['an amount with a space', 'amount=10%20', 'amount', NOT_AN_AMOUNT],
    ['an amount in Arabic digits', `amount=${encodeURIComponent('١٠')}`, 'amount', NOT_AN_AMOUNT],
    ['a repeated amount', 'amount=10&amount=10', 'amount', ONCE],
    [
      'an amount below the smallest',
      'amount=1.49',
      'amount',
      'is below the smallest amount, 1.50 USD',
    ],
    [
      'an amount above the largest',
      'amount=500.01',
      'amount',
      'is above the largest amount, 500 USD',
    ],
    ['a theme in capitals', 'theme=DARK', 'theme', 'must be light or dark'],
    ['an empty theme', 'theme=', 'theme', 'must be light or dark'],
    ['an empty switch', 'onlyPrivateMatching=', 'onlyPrivateMatching', 'must be true or false'],
    [
      'a switch in capitals',
      'onlyPrivateMatching=TRUE',
      'onlyPrivateMatching',
      'must be true or false',
    ],
    ['payment links', 'shareOn=true', 'shareOn', LINKS_ARE_OFF],
    [
      'payment links in capitals',
      'SHAREON=true',
      'SHAREON',
      'is another spelling of shareOn: use that',
    ],
    ['payment links, encoded', 'share%4Fn=true', 'shareOn', LINKS_ARE_OFF],
    [
      'repeated payment links',
      'shareOn=false&shareOn=true',
      'shareOn',
      'must be given once, as text',
    ],
    [
      'an id of a payment',
      'payment_id=x',
      'payment_id',
      'is reserved: Phoenix itself sets it, in payment links',
    ],
    [
      'another spelling of it',
      'paymentId=x',
      'paymentId',
      expect.stringMatching(/^is another spelling of payment_id, which is reserved/),
    ],
    [
      'an address in capitals',
      'ADDRESS=0x1',
      'ADDRESS',
      'is another spelling of address: use that',
    ],
    ['an amount in capitals', 'Amount=1', 'Amount', 'is another spelling of amount: use that'],
    [
      'a repeated amount in capitals',
      'Amount=1&Amount=2',
      'Amount',
      'is another spelling of amount: use that',
    ],
    [
      'an access token in capitals',
      'ACCESS_TOKEN=x',
      'ACCESS_TOKEN',
      expect.stringContaining(`another spelling of access_token, which ${RESERVED}`),
    ],
    [
      'an access token in one word',
      'accessToken=x',
      'accessToken',
      expect.stringContaining('another spelling of access_token'),
    ],
    ['a configured name in capitals', 'Lang=en', 'Lang', 'is another spelling of lang: use that'],
    [
      'a name of the configured address in another spelling',
      'partnerid=1',
      'partnerid',
      'is another spelling of partner_id: use that',
    ],
    [
      'a required name in another spelling',
      'orderRef=1',
      'orderRef',
      'is another spelling of order_ref: use that',
    ],
    ['a required parameter without a value', 'order_ref=', 'order_ref', MISSING],
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
    const { status, body } = await app.get(pathWith(query));

    expect(status).toBe(400);
    expect(body.invalid_params).toEqual([{ name, reason }]);
  });

  it('names each required one that nobody gives', async () => {
    const { status, body } = await app.get('/phoenix/iframe-url?order_ref=');

    expect(status).toBe(400);
    expect(body.invalid_params).toEqual(
      Object.keys(REQUIRED).map((name) => ({ name, reason: MISSING })),
    );
  });

  it.each(['1.50', '500', '500.00', '42.1'])(
    'passes an amount of %s on exactly as it was checked',
    async (amount) => {
      const { body } = await app.get(pathWith(`amount=${amount}`));

      expect(new URL(body.url).searchParams.getAll('amount')).toEqual([amount]);
    },
  );

  it('accepts a name of 64 and a value of 512 characters', async () => {
    const { status } = await app.get(pathWith(`${'n'.repeat(64)}=${'v'.repeat(512)}`));

    expect(status).toBe(200);
  });

  it('accepts 32 parameters and refuses 33', async () => {
    const query = (count: number) =>
      Array.from({ length: count }, (_, index) => `p${index}=x`).join('&');

    expect((await app.get(pathWith(query(29)))).status).toBe(200);
    const { status, body } = await app.get(pathWith(query(30)));
    expect(status).toBe(400);
    expect(body.invalid_params).toEqual([
      { name: '*', reason: 'there are more than 32 parameters' },
    ]);
  });

  it('asks Phoenix for no token on their account', async () => {
    const before = sandbox.stats().tokenRequests.total;

    await app.get(pathWith('address=0x1'));
    await app.get('/phoenix/iframe-url');

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

    const { status, body } = await app.get(pathWith(query));

    expect(status).toBe(400);
    expect(body.invalid_params).toEqual([{ name, reason: expect.any(String) as unknown }]);
  });
});
