import type { FrameLocator, Page } from 'playwright-core';
import { PhoenixSandbox } from '../../src/sandbox/index.js';
import { describeWithChromium } from '../support/chromium.js';
import { serveEmbeddingPage, type EmbeddingPage } from './embedding-page.js';

interface Message {
  readonly origin: string;
  readonly data: { readonly type: string; readonly data: Record<string, unknown> };
}

const ADDRESS = '0x52908400098527886E0F7030069857D2E4169EE7';
const UUID = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-8[\da-f]{3}-[\da-f]{12}$/;

describeWithChromium('The checkout page in a browser', (browser) => {
  let sandbox: PhoenixSandbox;
  let shop: EmbeddingPage;
  let page: Page;
  let frame: FrameLocator;
  let complaints: string[];

  beforeAll(async () => {
    [sandbox, shop] = await Promise.all([PhoenixSandbox.start(), serveEmbeddingPage()]);
  });
  afterAll(async () => {
    shop.close();
    await sandbox.close();
  });

  beforeEach(async () => {
    page = await browser().newPage();
    complaints = [];
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('console', (line) => {
      if (line.type() === 'error' && line.text().includes('Content Security Policy')) {
        complaints.push(line.text());
      }
    });
  });
  afterEach(async () => {
    await page.close();
    if (complaints.length > 0) throw new Error(complaints.join('\n'));
  });

  const embed = async (query: Record<string, string>, referrerPolicy?: string) => {
    const search = new URLSearchParams({ access_token: await sandbox.issueToken(), ...query });
    await page.goto(shop.urlFor(`${sandbox.iframeUrl}?${search.toString()}`, referrerPolicy));
    frame = page.frameLocator('iframe');
  };
  const button = (name: RegExp) => frame.getByRole('button', { name });
  const messages = async (count: number) => {
    await page.waitForFunction(`window.messages.length >= ${count}`);
    return page.evaluate<Message[]>('window.messages');
  };

  it('reports order and transaction after Pay, and shows a receipt', async () => {
    await embed({ address: ADDRESS });
    await button(/^Pay/).click();
    const [order, success, ...rest] = await messages(2);
    const hash = String(success!.data.data.transactionHash);

    expect(order).toEqual({
      origin: sandbox.origin,
      data: { type: 'ORDER_CREATED', data: { order_id: expect.stringMatching(UUID) as string } },
    });
    expect(success).toEqual({
      origin: sandbox.origin,
      data: {
        type: 'TRANSACTION_SUCCESS',
        data: {
          amount: '25.00',
          token: 'USDC',
          chain: 'Base',
          walletAddress: ADDRESS,
          sendAmount: '24.75',
          transactionHash: expect.stringMatching(/^0x[\da-f]{64}$/) as string,
          basescanLink: `https://basescan.org/tx/${hash}`,
        },
      },
    });
    expect(rest).toEqual([]);
    const receipt = frame.getByRole('region', { name: 'Payment complete' });
    expect(await receipt.innerText()).toContain(hash);
    expect(await button(/^Pay/).isVisible()).toBe(false);
  });

  it('reports a cancellation, and says so', async () => {
    await embed({});
    await button(/^Cancel$/).click();

    expect(await messages(1)).toEqual([
      { origin: sandbox.origin, data: { type: 'CANCEL', data: {} } },
    ]);
    expect(await frame.getByRole('status').innerText()).toContain('cancelled');
  });

  it('reports a payment link after Share', async () => {
    await embed({ address: ADDRESS, shareOn: 'true' });
    await button(/^Share/).click();

    expect(await messages(1)).toEqual([
      {
        origin: sandbox.origin,
        data: {
          type: 'PAYMENT_CREATED',
          data: {
            id: expect.stringMatching(UUID) as string,
            lifespan: 86_400_000,
            order: null,
            urlParams: `address=${ADDRESS}`,
          },
        },
      },
    ]);
  });

  it('offers no payment link unless it is asked to', async () => {
    await embed({});

    expect(await button(/^Share/).count()).toBe(0);
  });

  it('can be used with the keyboard alone', async () => {
    await embed({ shareOn: 'true' });
    const focused = () =>
      page
        .frames()[1]!
        .evaluate<string>('document.activeElement.id || document.activeElement.tagName');
    const amount = frame.getByLabel('Amount in USD');
    await amount.focus();
    const stops = [await focused()];
    for (let stop = 0; stop < 3; stop++) {
      await page.keyboard.press('Tab');
      stops.push(await focused());
    }
    expect(stops).toEqual(['amount', 'pay', 'share', 'cancel']);

    await amount.fill('40');
    await page.keyboard.press('Enter');
    const [, success] = await messages(2);
    expect(success!.data.data).toMatchObject({ amount: '40.00', sendAmount: '39.60' });
    expect(await focused()).toBe('receipt-title');
  });

  it('does not pay an amount that is not one', async () => {
    await embed({});
    const amount = frame.getByLabel('Amount in USD');
    for (const text of ['', '0.99', '-3', '1e3', '1,5', '12.345', '1000000']) {
      await amount.fill('25');
      expect(await frame.getByRole('status').innerText()).toBe('');
      await amount.fill(text);
      await amount.press('Enter');

      expect(await frame.getByRole('status').innerText()).toContain('Enter an amount');
      expect(await amount.getAttribute('aria-invalid')).toBe('true');
    }
    await button(/^Cancel$/).click();
    expect((await messages(1)).map(({ data }) => data.type)).toEqual(['CANCEL']);
  });

  it('reaches a parent that sends no referrer', async () => {
    await embed({}, 'no-referrer');
    await button(/^Cancel$/).click();

    expect(await messages(1)).toHaveLength(1);
  });

  it('sends its messages to the origin that embedded it, and to no other', async () => {
    await embed({});
    const intercepted = await page.frames()[1]!.evaluate<unknown[]>(`(() => {
      const targets = [];
      const post = window.parent.postMessage;
      const fake = { postMessage: (_message, target) => targets.push(target) };
      Object.defineProperty(window, 'parent', { value: fake, configurable: true });
      document.getElementById('cancel').click();
      return targets;
    })()`);

    expect(intercepted).toEqual([shop.origin]);
  });

  it('shows markup in the address as text', async () => {
    const address = '<b>"bold"</b>';
    await embed({ address });

    expect(await frame.getByText(address).isVisible()).toBe(true);
    await button(/^Pay/).click();
    const [, success] = await messages(2);
    expect(success!.data.data.walletAddress).toBe(address);
  });
});
