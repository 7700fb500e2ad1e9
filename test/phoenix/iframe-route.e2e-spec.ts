import type { PhoenixOptions } from '../../src/phoenix/index.js';
import { PhoenixSandbox } from '../../src/sandbox/index.js';
import { FakeClock } from '../support/fake-clock.js';
import { EVERY_PLATFORM, phoenixHost, type PhoenixHost } from './harness.js';

const WALLET = '0x52908400098527886E0F7030069857D2E4169EE7';
const REQUIRED = `address=${WALLET}&amount=10`;
/** The parameters that every address has. */
const ALWAYS_THERE = ['access_token', 'address', 'amount'];

describe.each(EVERY_PLATFORM)('GET /phoenix/iframe-url on $platform by $form', (kind) => {
  const clock = new FakeClock();
  let sandbox: PhoenixSandbox;

  beforeAll(async () => {
    sandbox = await PhoenixSandbox.start({ now: () => clock.wallMs() });
  });
  afterAll(() => sandbox.close());

  const hostWith = (options: Partial<PhoenixOptions> = {}) =>
    phoenixHost(kind).vendor(sandbox).clock(clock).options(options).start();

  const askedUrl = async (app: PhoenixHost, query = '') => {
    const { status, body } = await app.get(`/phoenix/iframe-url?${REQUIRED}${query}`);
    expect(status).toBe(200);
    return new URL(body.url);
  };

  const parametersOf = (url: URL) =>
    [...url.searchParams].filter(([name]) => !ALWAYS_THERE.includes(name));

  it('gives a page all it needs to embed the iframe', async () => {
    await using app = await hostWith({ paymentLinks: true });

    const query = `theme=light&shareOn=true&amount=1.46&onlyPrivateMatching=true&address=${WALLET}`;
    const { status, body } = await app.get(`/phoenix/iframe-url?${query}`);

    const token = sandbox.issuedTokens.at(-1)!;
    expect(status).toBe(200);
    expect(body).toEqual({
      url: `${sandbox.iframeUrl}?address=${WALLET}&amount=1.46&access_token=${token}&theme=light&shareOn=true&onlyPrivateMatching=true`,
      origin: sandbox.origin,
      allow: 'clipboard-write',
      width: 350,
      height: 600,
      title: 'Phoenix payment',
      expires_in: 3599,
      expires_at: new Date(clock.wallMs() + 3_599_000).toISOString(),
      refresh_after: expect.any(String) as unknown,
    });
  });

  it('gives an address that the iframe accepts', async () => {
    await using sandboxOfToday = await PhoenixSandbox.start();
    await using app = await phoenixHost(kind).vendor(sandboxOfToday).start();

    const page = await fetch(await askedUrl(app));

    expect(page.status).toBe(200);
    expect(sandboxOfToday.stats().iframePages).toEqual({ shown: 1, refused: 0 });
  });

  it('tells from when on asking again brings a newer token', async () => {
    await using app = await hostWith();

    const { body } = await app.get(`/phoenix/iframe-url?${REQUIRED}`);

    const aheadMs = Date.parse(body.expires_at) - Date.parse(body.refresh_after);
    expect(aheadMs).toBeGreaterThanOrEqual(600_000);
    expect(aheadMs).toBeLessThanOrEqual(660_000);
  });

  it('forbids every cache to keep it', async () => {
    await using app = await hostWith();

    const { headers } = await app.get(`/phoenix/iframe-url?${REQUIRED}`);

    expect(headers).toMatchObject({ 'cache-control': 'no-store', pragma: 'no-cache' });
  });

  it('passes further parameters on as they are', async () => {
    await using app = await hostWith();

    const url = await askedUrl(app, '&memo=a%26access_token%3Dx%20%C3%BC%23&order_id=42&empty=');

    expect(parametersOf(url)).toEqual([
      ['memo', 'a&access_token=x ü#'],
      ['order_id', '42'],
      ['empty', ''],
    ]);
    expect(url.searchParams.getAll('access_token')).toEqual([sandbox.issuedTokens.at(-1)]);
    expect(url.hash).toBe('');
  });

  it('treats names out of every object as mere names', async () => {
    await using app = await hostWith();

    const url = await askedUrl(app, '&__proto__=a&constructor=b&toString=c&hasOwnProperty=d');

    expect(parametersOf(url)).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
      ['toString', 'c'],
      ['hasOwnProperty', 'd'],
    ]);
    expect({}).not.toHaveProperty('a');
  });

  it('keeps the query and fragment of the configured address, and lets parameters win over them', async () => {
    await using app = await hostWith({
      iframeUrl: `${sandbox.iframeUrl}pay?theme=dark&lang=de#start`,
    });

    const url = await askedUrl(app, '&lang=en');

    expect(url.pathname).toBe('/pay');
    expect(url.hash).toBe('#start');
    expect(parametersOf(url)).toEqual([
      ['theme', 'dark'],
      ['lang', 'en'],
    ]);
  });

  it('fills in the default parameters, which callers may override', async () => {
    await using app = await hostWith({ iframeParams: { theme: 'light', lang: 'de' } });

    expect(parametersOf(await askedUrl(app))).toEqual([
      ['theme', 'light'],
      ['lang', 'de'],
    ]);
    expect(parametersOf(await askedUrl(app, '&theme=dark'))).toEqual([
      ['theme', 'dark'],
      ['lang', 'de'],
    ]);
  });

  it('hands out what is configured in place of what the vendor documents', async () => {
    await using app = await hostWith({
      iframeAllow: 'payment',
      iframeWidthPx: 400,
      iframeHeightPx: 700,
      iframeTitle: 'Pay by Zelle',
    });

    expect((await app.get(`/phoenix/iframe-url?${REQUIRED}`)).body).toMatchObject({
      allow: 'payment',
      width: 400,
      height: 700,
      title: 'Pay by Zelle',
    });
  });

  it('leaves out a flag that the caller sets to false', async () => {
    await using app = await hostWith({
      paymentLinks: true,
      iframeParams: { shareOn: 'true', onlyPrivateMatching: 'true' },
    });

    expect(parametersOf(await askedUrl(app, '&shareOn=false&onlyPrivateMatching=false'))).toEqual(
      [],
    );
  });

  it('takes payment links that are not wanted for what they are by default', async () => {
    await using app = await hostWith({});

    expect(parametersOf(await askedUrl(app, '&shareOn=false'))).toEqual([]);
  });

  it('takes what is required from wherever it is configured', async () => {
    await using app = await hostWith({
      iframeUrl: `${sandbox.iframeUrl}?address=${WALLET}`,
      iframeParams: { amount: '25.00' },
    });

    const { status, body } = await app.get('/phoenix/iframe-url');

    expect(status).toBe(200);
    expect(new URL(body.url).search).toMatch(
      new RegExp(`^\\?address=${WALLET}&amount=25\\.00&access_token=`),
    );
  });

  it('requires nothing where nothing is to be required', async () => {
    await using app = await hostWith({ requiredIframeParams: [] });

    expect((await app.get('/phoenix/iframe-url')).status).toBe(200);
  });

  it('accepts addresses of any chain when told to', async () => {
    await using app = await hostWith({ addressFormat: 'any' });

    const foreign = '7EcDhSYGxXyscszYEp35KHN8vvw3svAuLKTzXwCFLtV';
    const { body } = await app.get(`/phoenix/iframe-url?amount=10&address=${foreign}`);
    const url = new URL(body.url);

    expect(url.searchParams.get('address')).toBe(foreign);
  });
});
