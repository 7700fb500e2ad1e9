import { Logger } from '@nestjs/common';
import { PhoenixSandbox } from '../../src/sandbox/index.js';
import { phoenixHost } from './harness.js';
import { LeakNet } from './leak-net.js';

const SECRET = 's€cret of the partner';
const BASIC = Buffer.from(`partner:${SECRET}`).toString('base64');

const netOver = (value: unknown) => {
  const net = new LeakNet()
    .guard('the secret', SECRET)
    .guard('the credentials', `partner:${SECRET}`);
  net.collect('the sea', value);
  return net.leaks;
};

const hidden = (target: object) =>
  Object.defineProperty(target, 'hidden', { value: SECRET, enumerable: false });

describe('The net that looks for leaks', () => {
  it.each<[string, unknown]>([
    ['a line', `posting ${SECRET}`],
    ['an object', { a: [{ b: { c: { d: { e: SECRET } } } }] }],
    ['a map', new Map([['secret', new Set([SECRET])]])],
    ['a property that does not show', hidden({})],
    ['a symbol', { [Symbol('secret')]: SECRET }],
    [
      'a class that prints redacted',
      new (class {
        secret = SECRET;
        [Symbol.for('nodejs.util.inspect.custom')]() {
          return 'redacted';
        }
      })(),
    ],
    ['JSON alone', { toJSON: () => SECRET }],
    ['a message', new Error(`no ${SECRET}`)],
    ['a property of an error', Object.assign(new Error('no'), { config: { data: SECRET } })],
    ['a hidden property of an error', hidden(new Error('no'))],
    [
      'a cause',
      new Error('no', { cause: new Error('because', { cause: hidden(new Error('of')) }) }),
    ],
    ['an aggregate', new AggregateError([new Error(SECRET)])],
    ['a very long text', 'x'.repeat(100_000) + SECRET],
    ['a URL', `https://a.example/?secret=${encodeURIComponent(SECRET)}`],
    ['a form', new URLSearchParams({ secret: SECRET }).toString()],
    ['hex', Buffer.from(SECRET).toString('hex')],
  ])('finds one in %s', (_, value) => {
    expect(netOver(value)).not.toEqual([]);
  });

  it.each([
    ['JSON', JSON.stringify({ a: `"${SECRET}"\n` })],
    ['JSON with escaped slashes', JSON.stringify('s€cret/"x').replaceAll('/', '\\/')],
    [
      'a URL within a URL',
      encodeURIComponent(`https://a.example/?t=${encodeURIComponent('s€cret/"x')}`),
    ],
    ['a form within a URL', encodeURIComponent(new URLSearchParams({ t: 's€cret/"x' }).toString())],
    ['JSON of ASCII alone', '{"t":"s\\u20accret/\\"x"}'],
  ])('finds one, quoted as it may be, in %s', (_, text) => {
    const net = new LeakNet().guard('the secret', 's€cret/"x').guard('the other', SECRET);
    net.collect('the sea', text);

    expect(net.leaks).not.toEqual([]);
  });

  const LINK = 'address=0x0&amount=1.46&shareOn=true&access_token=eyJhbGciOi';
  it.each<[string, unknown]>([
    ['a message', { type: 'PAYMENT_CREATED', data: { id: 'x', lifespan: 1, urlParams: LINK } }],
    ['the address of a link', { paymentLinkURL: `https://a.example/?payment_id=x&${LINK}` }],
    ['JSON', JSON.stringify({ data: { paymentLink: { urlParams: LINK } } })],
    ['JSON in JSON', JSON.stringify(JSON.stringify({ urlParams: { access_token: 'eyJ' } }))],
    ['JSON with escaped signs', '{"urlParams":"amount=1\\u0026access_token\\u003deyJ"}'],
    ['a URL', `https://a.example/?paymentLinkURL=${encodeURIComponent(LINK)}`],
    ['a URL within a URL', `?q=${encodeURIComponent(`urlParams=${encodeURIComponent(LINK)}`)}`],
    ['an error', Object.assign(new Error('no'), { body: { urlParams: LINK } })],
  ])('finds the token of a payment link, though nobody knows it, in %s', (_, value) => {
    expect(netOver(value)).toContainEqual(
      expect.stringMatching(/^the token of a payment link, as (urlParams|paymentLinkURL), in/),
    );
  });

  it.each([
    { urlParams: 'address=0x0&access_token=[redacted]' },
    { urlParams: 'address=0x0&amount=1.46', paymentLinkURL: 'https://a.example/?payment_id=x' },
  ])('finds none in a payment link without a token: %j', (link) => {
    expect(netOver(link)).toEqual([]);
  });

  it('finds credentials as HTTP Basic', () => {
    expect(netOver(`Authorization: Basic ${BASIC}`)).toEqual([
      'the credentials in base64 in the sea',
    ]);
  });

  it('finds none where there is none', () => {
    expect(netOver(new Error('no', { cause: { partner: 'secret' } }))).toEqual([]);
  });

  it('finds one that is planted in the log of an application', async () => {
    await using sandbox = await PhoenixSandbox.start();
    await using app = await phoenixHost().vendor(sandbox).start();
    const net = new LeakNet().guard('the token', await app.tokens.getAccessToken());
    app.logbook.entries.forEach((entry) => {
      net.collect('the log', entry);
    });
    expect(net.leaks).toEqual([]);

    new Logger('Phoenix').verbose({ token: await app.tokens.getAccessToken() });
    app.logbook.entries.forEach((entry) => {
      net.collect('the log', entry);
    });

    expect(net.leaks).toEqual(['the token plain in the log']);
  });
});
