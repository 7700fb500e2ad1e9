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
    expect(await demo.process.signal('SIGINT')).toEqual({ code: null, signal: 'SIGINT' });
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

  it('embeds the payment page with a real token and shows what it reports after Pay', async () => {
    await page.goto(demo.url);
    await payment().getByRole('button', { name: /^Pay/ }).click();
    await page.getByText('Paid. Thank you!').waitFor();
    expect(await events()).toEqual(['TRANSACTION_SUCCESS', 'ORDER_CREATED']);
    const frame = page.locator('iframe');
    expect(await frame.getAttribute('allow')).toBe('clipboard-write');
    expect(await frame.getAttribute('referrerpolicy')).toBe('strict-origin');
    expect(await frame.getAttribute('src')).toMatch(/[?&]access_token=ey/);
    expect(problems).toEqual([]);
  });

  it('shows Cancel and Share too', async () => {
    await page.goto(demo.url);
    await payment().getByRole('button', { name: 'Share' }).click();
    await page.getByText('A payment link was made.').waitFor();
    await payment().getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('The payment was cancelled.').waitFor();
    expect(await events()).toEqual(['CANCEL', 'PAYMENT_CREATED']);
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
      /\?address=0x\w+&amount=25\.00&access_token=[^&]+&theme=dark&onlyPrivateMatching=true&lang=fr/,
    );
    expect(problems).toEqual([]);
  });
});
