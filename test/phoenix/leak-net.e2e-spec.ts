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
