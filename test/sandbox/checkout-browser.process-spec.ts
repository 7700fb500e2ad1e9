import type { Browser, BrowserContext, Frame, FrameLocator, Page } from 'playwright-core';
import type { PhoenixMessage } from '../../src/browser/index.js';
import { PhoenixSandbox, type PhoenixSandboxOptions } from '../../src/sandbox/index.js';
import { describeWithChromium } from '../support/chromium.js';
import { serveEmbeddingPage, type EmbeddingPage } from './embedding-page.js';

interface Received {
  readonly origin: string;
  readonly data: PhoenixMessage;
}

const ADDRESS = '0x52908400098527886E0F7030069857D2E4169EE7';
const ID = /^[1-9A-HJ-NP-Za-km-z]{22}$/;
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

describeWithChromium('The checkout page in a browser', (browser) => {
  let nowMs: number;
  let sandbox: PhoenixSandbox;
  let shop: EmbeddingPage;
  let context: BrowserContext;
  let page: Page;
  let frame: FrameLocator;
  let complaints: string[];

  beforeAll(async () => {
    shop = await serveEmbeddingPage();
  });
  afterAll(() => {
    shop.close();
  });

  const startSandbox = async (options: PhoenixSandboxOptions = {}) => {
    nowMs = Date.UTC(2026, 0, 1);
    sandbox = await PhoenixSandbox.start({ now: () => nowMs, uniquenessCents: 7, ...options });
  };
  const openContext = async (options: Parameters<Browser['newContext']>[0] = {}) => {
    context = await browser().newContext(options);
    context.on('page', (opened) => {
      opened.on('pageerror', ({ message }) => complaints.push(message));
      opened.on('console', (line) => {
        if (line.text().includes('Content Security Policy')) complaints.push(line.text());
      });
    });
    page = await context.newPage();
  };

  beforeEach(async () => {
    complaints = [];
    await Promise.all([startSandbox(), openContext()]);
  });
  afterEach(async () => {
    await context.close();
    await sandbox.close();
    if (complaints.length > 0) throw new Error(complaints.join('\n'));
  });

  const embed = async (query: Record<string, string> = {}, referrerPolicy?: string) => {
    const access_token = await sandbox.issueToken();
    const search = new URLSearchParams({ address: ADDRESS, amount: '25', access_token, ...query });
    await page.goto(shop.urlFor(`${sandbox.iframeUrl}?${search.toString()}`, referrerPolicy));
    frame = page.frameLocator('iframe');
    return search;
  };
  const button = (name: RegExp | string) => frame.getByRole('button', { name });
  const heading = (name: string) => frame.getByRole('heading', { name });
  const statusText = () => frame.getByRole('status').innerText();
  const messages = async (count: number) => {
    await page.waitForFunction(`window.messages.length >= ${count}`);
    const received = await page.evaluate<Received[]>('window.messages');
    for (const { origin } of received) expect(origin).toBe(sandbox.origin);
    return received.map(({ data }) => data);
  };
  const typesOf = async (count: number) => (await messages(count)).map(({ type }) => type);
  const createOrder = async () => {
    await button(/^Pay/).click();
    await heading('Send by Zelle').waitFor();
  };
  const pay = async () => {
    await createOrder();
    await button('I have sent the money').click();
    await heading('Payment complete').waitFor();
  };
  const checkoutFrame = (): Frame => page.frames()[1]!;

  it.each(['light', 'dark'] as const)(
    'posts every message of a payment in the vendor’s order, with every field (%s)',
    async (theme) => {
      await embed({ theme });
      await createOrder();
      expect(await messages(1)).toEqual([
        {
          type: 'ORDER_CREATED',
          data: {
            order_id: expect.stringMatching(ID) as string,
            created_at: '2026-01-01T00:00:00.000Z',
            buyer_address: ADDRESS,
            seller_address: expect.stringMatching(/^0x[\da-fA-F]{40}$/) as string,
            send_amount: '25.07',
            receive_amount: '24.95',
            uniqueness_amount: '0.07',
            receiving_chain_id: '8453',
            zelle_address: 'seller@example.com',
          },
        },
      ]);
      await button('I have sent the money').click();
      await heading('Payment complete').waitFor();
      await button('View on BaseScan').click();
      await button('Done').click();
      const [, success, explorer, done, ...rest] = await messages(4);
      const { transactionHash, basescanLink } = sandbox.orders[0]!.transaction!;
      expect(success).toEqual({
        type: 'TRANSACTION_SUCCESS',
        data: {
          amount: '25.07',
          token: 'USDC',
          chain: 'Base',
          walletAddress: ADDRESS,
          sendAmount: '24.95',
          transactionHash: expect.stringMatching(/^0x[\da-f]{64}$/) as string,
          basescanLink: `https://basescan.org/tx/${transactionHash}`,
        },
      });
      expect(explorer).toEqual({ type: 'OPEN_EXPLORER_URL', data: { url: basescanLink } });
      expect(done).toEqual({ type: 'USER_DONE' });
      expect(rest).toEqual([]);
      const receipt = frame.getByRole('region', { name: 'Payment complete' });
      expect(await receipt.innerText()).toContain(transactionHash);
      expect(await statusText()).toBe('You can close this page.');
    },
  );

  it('has the explorer’s address beside the type where the option says so', async () => {
    await sandbox.close();
    await startSandbox({ explorerUrlPlace: 'top' });
    await embed();
    await pay();
    await button('View on BaseScan').click();
    const [, , explorer] = await messages(3);

    const url = sandbox.orders[0]!.transaction!.basescanLink;
    expect(explorer).toEqual({ type: 'OPEN_EXPLORER_URL', url });
  });

  it('posts CANCEL without data, before an order and after', async () => {
    await embed();
    await button('Cancel').click();
    expect(await statusText()).toBe('You cancelled the payment.');
    expect(await messages(1)).toEqual([{ type: 'CANCEL' }]);

    await createOrder();
    await frame.locator('[data-screen="order"] [data-action="cancel"]').click();
    expect((await messages(3))[2]).toEqual({ type: 'CANCEL' });
    await expect(statusText()).resolves.toBe('You cancelled the payment.');
  });

  describe('plays a payment that ends otherwise', () => {
    const FAILED = { type: 'PAYMENT_FAILED' };
    const CANCELLED = { type: 'PAYMENT_CANCELLED' };

    it.each([
      ['Failed', 'The payment failed', FAILED],
      ['Cancelled', 'The payment was cancelled', CANCELLED],
      ['Expired', 'The order has expired', FAILED],
    ])('from the page: %s', async (name, title, message) => {
      await embed();
      await createOrder();
      await frame.getByRole('group').getByRole('button', { name }).click();
      await heading(title).waitFor();

      expect((await messages(2)).slice(1)).toEqual([message]);
      await button('Try again').click();
      await createOrder();
      expect(await typesOf(3)).toEqual(['ORDER_CREATED', message.type, 'ORDER_CREATED']);
    });

    it('over the API, while the order is open', async () => {
      await embed();
      await createOrder();
      const { order_id } = sandbox.orders[0]!.created;
      await fetch(`${sandbox.origin}/sandbox/payments`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ outcome: 'failed', order: order_id }),
      });
      await heading('The payment failed').waitFor();

      expect((await messages(2)).slice(1)).toEqual([FAILED]);
    });

    it('by the method of the sandbox, before the order: ORDER_CREATED comes first', async () => {
      sandbox.playPayment('cancelled', 'next');
      await embed();
      await button(/^Pay/).click();
      await heading('The payment was cancelled').waitFor();

      expect(await typesOf(2)).toEqual(['ORDER_CREATED', 'PAYMENT_CANCELLED']);
      await button('Close').click();
      expect((await messages(3))[2]).toEqual({ type: 'CANCEL' });
    });

    it.each([
      ['PAYMENT_FAILED', [FAILED]],
      ['PAYMENT_CANCELLED', [CANCELLED]],
      ['none', []],
    ] as const)(
      'by time: after 25 minutes, with expiryMessage %s',
      async (expiryMessage, posted) => {
        await sandbox.close();
        await startSandbox({ expiryMessage });
        await embed();
        await createOrder();
        nowMs += 1_499_000;
        await frame.getByText('0:01', { exact: true }).waitFor();
        nowMs += 1_000;
        await heading('The order has expired').waitFor();

        expect((await messages(1)).slice(1)).toEqual(posted);
      },
    );
  });

  describe('a payment link', () => {
    const share = async () => {
      const search = await embed({ shareOn: 'true', theme: 'dark' });
      await button('Share payment link').click();
      await heading('Payment link').waitFor();
      const [message] = await messages(1);
      if (message?.type !== 'PAYMENT_CREATED') throw new Error('No link was made.');
      return { search, link: message.data };
    };
    const openLink = async (url: string) => {
      const opened = await context.newPage();
      const reply = await opened.goto(url);
      return { opened, status: reply!.status() };
    };

    it('is posted with every field, and shown', async () => {
      const { search, link } = await share();

      expect(link).toEqual({
        id: expect.stringMatching(ID) as string,
        lifespan: 86_400_000,
        order: null,
        urlParams: search.toString(),
        paymentLinkURL: `${sandbox.origin}/?payment_id=${link.id}&${search.toString()}`,
        status: 'pending',
        createdAt: expect.stringMatching(ISO) as string,
        updatedAt: link.createdAt,
      });
      expect(await frame.getByRole('textbox', { name: 'Link' }).inputValue()).toBe(
        link.paymentLinkURL,
      );
    });

    it('is copied', async () => {
      await context.grantPermissions(['clipboard-read', 'clipboard-write']);
      const { link } = await share();
      await button('Copy link').click();
      await frame.getByText('Copied.').waitFor();

      expect(await page.evaluate('navigator.clipboard.readText()')).toBe(link.paymentLinkURL);
    });

    it('is paid in a page of its own, and no message reports it', async () => {
      const { link } = await share();
      const { opened, status } = await openLink(link.paymentLinkURL);
      expect(status).toBe(200);
      await opened.evaluate(`window.posted = [];
        addEventListener('message', ({ data }) => posted.push(data))`);
      await opened.getByRole('button', { name: /^Pay/ }).click();
      await opened.getByRole('button', { name: 'I have sent' }).click();
      await opened.getByRole('heading', { name: 'Payment complete' }).waitFor();
      const popup = opened.waitForEvent('popup');
      await opened.getByRole('button', { name: 'View on BaseScan' }).click();

      expect((await popup).url()).not.toContain(sandbox.origin);
      expect(await opened.evaluate('window.posted')).toEqual([]);
      expect(await typesOf(1)).toEqual(['PAYMENT_CREATED']);
      expect((await openLink(link.paymentLinkURL)).status).toBe(410);
    });

    it('has a page that says that it was used, also in a page that was open before', async () => {
      const { link } = await share();
      const [one, other] = [
        await openLink(link.paymentLinkURL),
        await openLink(link.paymentLinkURL),
      ];
      await one.opened.getByRole('button', { name: /^Pay/ }).click();
      await one.opened.getByRole('heading', { name: 'Send by Zelle' }).waitFor();
      await other.opened.getByRole('button', { name: /^Pay/ }).click();
      await other.opened.getByText('A payment link can be used once').waitFor();
      await other.opened.reload();

      const title = 'This payment link has been used';
      expect(await other.opened.getByRole('heading').innerText()).toBe(title);
    });

    it('has a page that says that it has expired', async () => {
      const { link } = await share();
      nowMs += 86_400_000;
      const { opened, status } = await openLink(link.paymentLinkURL);

      expect(status).toBe(410);
      expect(await opened.getByRole('heading').innerText()).toBe('This payment link has expired');
    });

    it('is not offered unless it is asked for', async () => {
      await embed();

      expect(await button(/^Share/).count()).toBe(0);
    });
  });

  it('says that the token has expired, when it is to pay', async () => {
    await embed();
    nowMs += 3_600_000;
    await button(/^Pay/).click();
    await frame.getByText('not valid, or it has expired').waitFor();

    expect(await page.evaluate('window.messages')).toEqual([]);
  });

  it('says that the sandbox does not answer', async () => {
    await embed();
    await sandbox.close();
    await button(/^Pay/).click();

    await frame.getByText('The sandbox does not answer.').waitFor();
    expect(await page.evaluate('window.messages')).toEqual([]);
  });

  it('can be used with the keyboard alone', async () => {
    await embed({ shareOn: 'true' });
    const focused = () =>
      checkoutFrame().evaluate<string>('document.activeElement.textContent.trim()');
    await page.locator('iframe').focus();
    const stops: string[] = [];
    for (let stop = 0; stop < 3; stop++) {
      await page.keyboard.press('Tab');
      stops.push(await focused());
    }
    expect(stops).toEqual(['Pay $25.00', 'Share payment link', 'Cancel']);

    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await heading('Send by Zelle').waitFor();
    expect(await focused()).toBe('Send by Zelle');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await heading('Payment complete').waitFor();
    expect(await focused()).toBe('Payment complete');
  });

  describe('fits into 350 × 600 px without a scroll bar', () => {
    const SCREENS: readonly (readonly [string, () => Promise<unknown>])[] = [
      ['start', () => Promise.resolve()],
      ['link', () => button('Share payment link').click()],
      ['order', createOrder],
      ['receipt', pay],
      [
        'failure',
        async () => {
          sandbox.playPayment('cancelled', 'next');
          await button(/^Pay/).click();
        },
      ],
    ];
    const OVERFLOWING = `[document.documentElement, document.body, document.querySelector('main'),
      document.querySelector('.screen:not([hidden])')]
      .filter((box) => box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight)
      .map((box) => box.outerHTML.slice(0, 80))`;
    const FITS = { size: [350, 600], overflowing: [] };
    const fit = () =>
      checkoutFrame().evaluate(
        `({ size: [innerWidth, innerHeight], overflowing: ${OVERFLOWING} })`,
      );
    const LONGEST = { amount: '999999999999.99', address: 'W'.repeat(512) };

    it.each(SCREENS)('%s', async (name, reach) => {
      for (const query of [{}, LONGEST]) {
        await embed({ shareOn: 'true', onlyPrivateMatching: 'true', ...query });
        await reach();
        await frame.locator(`[data-screen="${name}"]`).waitFor();
        expect(await fit()).toEqual(FITS);
      }
    });

    it('error', async () => {
      await embed({ address: '', amount: '', access_token: '' });
      await frame.getByRole('alert').waitFor();
      expect(await fit()).toEqual(FITS);
    });
  });

  describe('has the theme', () => {
    const isDark = () =>
      checkoutFrame().evaluate<boolean>(
        `getComputedStyle(document.body).backgroundColor === 'rgb(34, 30, 27)'`,
      );

    it.each([
      ['light', 'dark', false],
      ['dark', 'light', true],
      ['', 'dark', true],
      ['', 'light', false],
    ] as const)('%j of its address in a %s browser', async (theme, colorScheme, dark) => {
      await context.close();
      await openContext({ colorScheme });
      await embed({ theme });
      await heading('Buy USDC').waitFor();

      expect(await isDark()).toBe(dark);
    });
  });

  it('reaches a parent that sends no referrer', async () => {
    await embed({}, 'no-referrer');
    await button('Cancel').click();

    expect(await messages(1)).toHaveLength(1);
  });

  it('sends its messages to the origin that embedded it, and to no other', async () => {
    await embed();
    await heading('Buy USDC').waitFor();
    const intercepted = await checkoutFrame().evaluate<unknown[]>(`(() => {
      const targets = [];
      const fake = { postMessage: (_message, target) => targets.push(target) };
      Object.defineProperty(window, 'parent', { value: fake, configurable: true });
      document.querySelector('[data-action="cancel"]').click();
      return targets;
    })()`);

    expect(intercepted).toEqual([shop.origin]);
  });

  it('shows markup in the address as text', async () => {
    const address = '<b>"bold"</b>';
    await embed({ address });

    expect(await frame.getByText(address).first().isVisible()).toBe(true);
    await createOrder();
    expect(await messages(1)).toMatchObject([{ data: { buyer_address: address } }]);
  });
});
