import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Frame, Page } from 'playwright-core';
import { PhoenixSandbox } from '../../src/sandbox/index.js';
import { ServiceProcess } from '../service/service-process.js';
import { describeWithChromium } from '../support/chromium.js';

/** The demo in a process of its own, on free ports, and what it printed. */
class TestDemo implements AsyncDisposable {
  private constructor(
    readonly process: ServiceProcess,
    readonly url: string,
    readonly sandboxUrl: string,
    readonly apiKey: string,
  ) {}

  static async start(): Promise<TestDemo> {
    const process = new ServiceProcess('demo/main.js', { PORT: '0', SANDBOX_PORT: '0' });
    await process.printed(/Stop with Ctrl\+C/);
    const [, url = ''] = await process.printed(/Open the shop\s+(\S+)\//);
    const [, apiKey = ''] = await process.printed(/Authorize with the key (\S+)\)/);
    const [, sandboxUrl = ''] = await process.printed(/POST (\S+)\/sandbox\/faults/);
    return new TestDemo(process, url, sandboxUrl, apiKey);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.process[Symbol.asyncDispose]();
  }
}

async function authorizeInSwaggerUi(page: Page, { url, apiKey }: TestDemo): Promise<void> {
  await page.goto(`${url}/docs`);
  await page.getByRole('button', { name: 'Authorize' }).click();
  await page.locator('.auth-container input').first().fill(apiKey);
  await page.locator('.auth-btn-wrapper .authorize').first().click();
  await page.locator('.btn-done').first().click();
}

describe('npm run demo', () => {
  it('prints a curl that works, and ends when asked to', async () => {
    await using demo = await TestDemo.start();
    const [, key = '', address = ''] = await demo.process.printed(
      /curl -H 'X-API-Key: (\S+)' (\S+)/,
    );
    expect((await fetch(address, { headers: { 'X-API-Key': key } })).status).toBe(200);
    expect(await demo.process.signal('SIGINT')).toEqual({ code: 0, signal: null });
    expect(demo.process.stderr).toBe('');
  });

  it.each(['PORT', 'SANDBOX_PORT'])('says so when %s is in use', async (variable) => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    const { port } = squatter.address() as { port: number };
    const demo = new ServiceProcess('demo/main.js', {
      PORT: '0',
      SANDBOX_PORT: '0',
      [variable]: String(port),
    });
    expect(await demo.exited).toEqual({ code: 1, signal: null });
    squatter.close();
    expect(demo.stderr).toContain(`Port ${port}`);
    expect(demo.stderr).toContain(`set ${variable} to a free one`);
    expect(demo.stderr).not.toContain('    at ');
  });

  it('refuses a port that is none', async () => {
    const demo = new ServiceProcess('demo/main.js', { PORT: 'http' });
    expect(await demo.exited).toEqual({ code: 1, signal: null });
    expect(demo.stderr).toBe('PORT is not a port. Give a number from 0 to 65535.\n');
  });

  it('does not start in production', async () => {
    const demo = new ServiceProcess('demo/main.js', { NODE_ENV: 'production' });
    expect(await demo.exited).toEqual({ code: 1, signal: null });
    expect(demo.stderr).toContain('NODE_ENV=production');
  });
});

describeWithChromium('the demo in a browser', (browser) => {
  let demo: TestDemo;
  let page: Page;
  let problems: string[];

  beforeAll(async () => {
    demo = await TestDemo.start();
  });
  afterAll(() => demo[Symbol.asyncDispose]());

  beforeEach(async () => {
    problems = [];
    page = await browser().newPage();
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
  });
  afterEach(() => page.close());

  const payment = (): ReturnType<Page['frameLocator']> => page.frameLocator('iframe');
  const events = (): Promise<string[]> => page.locator('#events strong').allTextContents();

  const status = (text: string) => page.locator('#message', { hasText: text }).waitFor();
  const press = (name: RegExp | string) => payment().getByRole('button', { name }).click();
  const pay = async () => {
    await press(/^Pay/);
    await press('I have sent the money');
    await status('Paid. Thank you!');
  };

  it.each(['light', 'dark'] as const)(
    'is paid through: embedded as the backend says, and closed when the payer is done (%s)',
    async (colorScheme) => {
      await page.emulateMedia({ colorScheme });
      await page.goto(demo.url);
      const frame = page.locator('iframe');
      const attributes = await frame.evaluate(
        ({ attributes }: { attributes: Iterable<{ name: string; value: string }> }) =>
          Object.fromEntries([...attributes].map(({ name, value }) => [name, value])),
      );
      const { src = '', ...others } = attributes;
      expect(others).toEqual({
        title: 'Phoenix payment',
        allow: 'clipboard-write',
        width: '350',
        height: '600',
        referrerpolicy: 'strict-origin',
      });
      const query = new URL(src).searchParams;
      expect(Object.fromEntries(query)).toEqual({
        address: expect.stringMatching(/^0x/) as string,
        amount: '25.00',
        access_token: expect.stringMatching(/^ey/) as string,
        theme: colorScheme,
        shareOn: 'true',
      });
      expect(await page.locator('html').getAttribute('data-theme')).toBe(colorScheme);

      await pay();
      expect(await page.locator('#payment-state').innerText()).toMatch(
        /^paid, 2\d\.\d\d USDC sent$/,
      );
      await press('Done');
      await page.getByRole('heading', { name: 'Thank you for your order' }).waitFor();
      expect(await frame.count()).toBe(0);
      expect(await events()).toEqual(['USER_DONE', 'TRANSACTION_SUCCESS', 'ORDER_CREATED']);
      expect(problems).toEqual([]);
    },
  );

  it.each([1280, 390])('has no scroll bar around the frame at %s px, nor in it', async (width) => {
    await page.setViewportSize({ width, height: 700 });
    await page.goto(demo.url);
    await payment().getByRole('button', { name: /^Pay/ }).waitFor();
    const overflowing = `[document.documentElement, ...document.querySelectorAll('body *')]
      .filter((box) => box.scrollWidth > box.clientWidth && box.clientWidth > 0 && getComputedStyle(box).display !== 'inline')
      .map((box) => box.outerHTML.slice(0, 80))`;
    const place = page.locator('#frame-place');
    const embedded = page.frames()[1]!;

    expect(await page.evaluate(overflowing)).toEqual([]);
    expect(await embedded.evaluate('[innerWidth, innerHeight]')).toEqual([350, 600]);
    expect(
      await place.evaluate((box: Record<string, number>) => [
        box.scrollWidth,
        box.scrollHeight,
        box.clientWidth,
        box.clientHeight,
      ]),
    ).toEqual([350, 600, 350, 600]);
    expect(
      await embedded.evaluate(
        '[document.documentElement.scrollWidth, document.documentElement.scrollHeight]',
      ),
    ).toEqual([350, 600]);
  });

  it('closes when the payer cancels, and opens again', async () => {
    await page.goto(demo.url);
    await press('Cancel');
    await page.getByRole('heading', { name: 'Payment cancelled' }).waitFor();
    expect(await page.locator('iframe').count()).toBe(0);
    await page.getByRole('button', { name: 'Open the payment page' }).click();
    await pay();

    expect(await events()).toEqual(['TRANSACTION_SUCCESS', 'ORDER_CREATED', 'CANCEL']);
  });

  it.each([
    ['Failed', 'The payment failed.', 'PAYMENT_FAILED', 'failed'],
    ['Cancelled', 'Phoenix cancelled the payment.', 'PAYMENT_CANCELLED', 'cancelled'],
    ['Expired', 'The payment failed.', 'PAYMENT_FAILED', 'failed'],
  ])('shows that the payment has ended otherwise: %s', async (outcome, text, type, state) => {
    await page.goto(demo.url);
    await press(/^Pay/);
    await payment().getByRole('group').getByRole('button', { name: outcome }).click();
    await status(text);

    expect(await events()).toEqual([type, 'ORDER_CREATED']);
    expect(await page.locator('#payment-state').innerText()).toBe(state);
    await press('Try again');
    await pay();
  });

  it('plays an outcome as the banner says', async () => {
    const [, body = ''] = await demo.process.printed(/sandbox\/payments .* -d '(\{[^']*\})'/);
    await page.goto(demo.url);
    await press(/^Pay/);
    await status('Your order was created.');
    const played = await fetch(`${demo.sandboxUrl}/sandbox/payments`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    await status('The payment failed.');

    expect(played.status).toBe(200);
  });

  it('opens the explorer in a new tab that knows nothing of the shop', async () => {
    await page.goto(demo.url);
    await pay();
    const opened = page.context().waitForEvent('page');
    await press('View on BaseScan');
    const tab = await opened;

    expect(await page.locator('#explorer').getAttribute('href')).toMatch(
      /^https:\/\/basescan\.org\/tx\/0x[\da-f]{64}$/,
    );
    expect(await page.locator('#explorer').getAttribute('rel')).toBe('noopener noreferrer');
    expect(await tab.evaluate('window.opener')).toBeNull();
  });

  describe('opens what the explorer message names', () => {
    const post = (message: unknown) =>
      page.frames()[1]!.evaluate(`window.parent.postMessage(${JSON.stringify(message)}, '*')`);
    const OPENED = 'window.open = (...call) => { (window.opened ??= []).push(call); }';

    it.each([
      ['data.url', { data: { url: 'https://basescan.org/tx/1' } }],
      ['url beside the type', { url: 'https://basescan.org/tx/1' }],
    ])('in %s', async (_, message) => {
      await page.goto(demo.url);
      await payment().getByRole('button', { name: /^Pay/ }).waitFor();
      await page.evaluate(OPENED);
      await post({ type: 'OPEN_EXPLORER_URL', ...message });
      await page.waitForFunction('window.opened');

      expect(await page.evaluate('window.opened')).toEqual([
        ['https://basescan.org/tx/1', '_blank', 'noopener,noreferrer'],
      ]);
    });

    it('if it is https, and nothing else', async () => {
      await page.goto(demo.url);
      await payment().getByRole('button', { name: /^Pay/ }).waitFor();
      await page.evaluate(OPENED);
      for (const url of [
        'http://basescan.org/',
        'javascript:alert(1)',
        'data:text/html,x',
        '',
        7,
      ]) {
        await post({ type: 'OPEN_EXPLORER_URL', data: { url } });
        await status('no https address to open');
        await post({ type: 'PAYMENT_FAILED' });
        await status('The payment failed.');
      }

      expect(await page.evaluate('window.opened')).toBeUndefined();
    });
  });

  it('shows a payment link that works once, and its token in no list', async () => {
    await page.goto(demo.url);
    await press('Share payment link');
    await status('A payment link was made.');
    const link = page.getByRole('link', { name: 'Open the payment link' });
    const href = (await link.getAttribute('href'))!;
    const token = new URL(href).searchParams.get('access_token')!;
    expect(token).toMatch(/^ey/);
    expect(await page.locator('body').innerText()).not.toContain(token);
    expect(await page.locator('#events').innerText()).toContain('access_token=…');

    const opened = page.context().waitForEvent('page');
    await link.click();
    const paying = await opened;
    await paying.getByRole('button', { name: /^Pay/ }).click();
    await paying.getByRole('button', { name: 'I have sent the money' }).click();
    await paying.getByRole('heading', { name: 'Payment complete' }).waitFor();
    await paying.goto(href);
    expect(await paying.getByRole('heading').innerText()).toBe('This payment link has been used');
    await paying.close();
    expect(await events()).toEqual(['PAYMENT_CREATED']);
  });

  it('keeps the seller’s personal data out of its list', async () => {
    await page.goto(demo.url);
    await press(/^Pay/);
    await status('Your order was created.');

    expect(await page.locator('#events').innerText()).not.toContain('seller@');
  });

  it('changes its theme with a switch, and does not lose an order by that', async () => {
    await page.emulateMedia({ colorScheme: 'light' });
    await page.goto(demo.url);
    const frameTheme = () => payment().locator('html').getAttribute('data-theme');
    await payment().getByRole('button', { name: /^Pay/ }).waitFor();
    expect(await frameTheme()).toBe('light');
    await page.getByLabel('Theme').selectOption('dark');
    await page.locator('iframe[src*="theme=dark"]').waitFor();
    expect(await frameTheme()).toBe('dark');

    await press(/^Pay/);
    await status('Your order was created.');
    await page.getByLabel('Theme').selectOption('light');
    expect(await page.locator('html').getAttribute('data-theme')).toBe('light');
    await press('I have sent the money');
    await status('Paid. Thank you!');
  });

  it('shows the life of the token', async () => {
    await page.goto(demo.url);
    await page.getByText(/^Life left: \d+ s$/).waitFor();
    await page.getByText(/^Next refresh: .*in \d+ s/).waitFor();
    expect(await page.locator('#state').textContent()).toMatch(/^(FRESH|STALE)$/);
    expect(
      await page.locator('#life').evaluate((bar: { value: number }) => bar.value),
    ).toBeGreaterThan(0);
  });

  describe('believes no message', () => {
    const FORGED = { type: 'TRANSACTION_SUCCESS', data: {} };

    /** A page of the shop with its payment page, which may embed others, as if the CSP were not there. */
    const openShop = async (): Promise<void> => {
      await page.close();
      page = await browser().newPage({ bypassCSP: true });
      await page.goto(demo.url);
      await payment().getByRole('button', { name: /^Pay/ }).waitFor();
    };

    /** Lets a frame send the message, and waits until the page has had it. */
    const send = async (from: Frame): Promise<void> => {
      await page.evaluate(
        `void (window.arrival = new Promise((arrived) => window.addEventListener('message', arrived)))`,
      );
      await from.evaluate(`window.parent.postMessage(${JSON.stringify(FORGED)}, '*')`);
      await page.evaluate('window.arrival.then(() => undefined)');
    };

    const frameAt = async (origin: string, name: string): Promise<Frame> => {
      await page.frameLocator(`iframe[title="${name}"]`).getByRole('heading').first().waitFor();
      const frame = page.frames().find((candidate) => candidate.url().startsWith(origin));
      if (frame === undefined) throw new Error(`No frame shows ${origin}.`);
      return frame;
    };

    it('of the page itself', async () => {
      await openShop();
      await send(page.mainFrame());
      expect(await events()).toEqual([]);
    });

    it('of another frame, though it is on Phoenix’s origin', async () => {
      await openShop();
      const address = `${demo.sandboxUrl}/?another`;
      await page.evaluate(`
        const frame = Object.assign(document.createElement('iframe'), { title: 'Another', src: '${address}' });
        document.body.append(frame);
      `);
      await send(await frameAt(address, 'Another'));
      expect(await events()).toEqual([]);
    });

    it('of the embedded frame, once it has left Phoenix’s origin', async () => {
      await using stranger = await PhoenixSandbox.start();
      await openShop();
      const embedded = await frameAt(demo.sandboxUrl, 'Phoenix payment');
      await embedded.goto(stranger.iframeUrl);
      await send(embedded);
      expect(await events()).toEqual([]);
    });
  });

  it('lets Swagger UI try every route', async () => {
    await authorizeInSwaggerUi(page, demo);
    const operations = page.locator('.opblock');
    const count = await operations.count();
    expect(count).toBe(5);
    for (let index = 0; index < count; index++) {
      const operation = operations.nth(index);
      await operation.locator('.opblock-summary-control').click();
      await operation.getByRole('button', { name: 'Try it out' }).click();
      await operation.getByRole('button', { name: 'Execute' }).click();
      const status = operation.locator('.live-responses-table tbody .response-col_status');
      await status.waitFor();
      expect(await status.textContent()).toContain('200');
    }
    expect(problems).toEqual([]);
  });

  it('lets Swagger UI send the parameters of the iframe, further ones too', async () => {
    await authorizeInSwaggerUi(page, demo);
    const operation = page.locator('.opblock', { hasText: '/phoenix/iframe-url' });
    await operation.locator('.opblock-summary-control').click();
    await operation.getByRole('button', { name: 'Try it out' }).click();
    await operation.locator('tr[data-param-name="shareOn"] select').selectOption('false');
    await operation.locator('tr[data-param-name="params"] textarea').fill('{ "lang": "fr" }');
    await operation.getByRole('button', { name: 'Execute' }).click();
    const reply = operation.locator('.live-responses-table tbody .response-col_description');
    await reply.first().waitFor();
    expect(await reply.first().textContent()).toMatch(
      /\?address=0x\w+&amount=25\.00&access_token=[\w.-]+&theme=dark&onlyPrivateMatching=true&lang=fr"/,
    );
    expect(problems).toEqual([]);
  });
});
