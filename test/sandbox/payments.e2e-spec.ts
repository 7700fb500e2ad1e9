import { PhoenixSandbox, type PhoenixSandboxOptions } from '../../src/sandbox/index.js';
import { json, type Json } from './requests.js';

const ADDRESS = '0x52908400098527886E0F7030069857D2E4169EE7';
const HOUR_MS = 3_600_000;

describe('Payments over the API of the sandbox', () => {
  let nowMs: number;
  const started: PhoenixSandbox[] = [];
  afterEach(() => Promise.all(started.splice(0).map((sandbox) => sandbox.close())));

  const start = async (options: PhoenixSandboxOptions = {}) => {
    nowMs = Date.UTC(2025, 6, 8);
    const sandbox = await PhoenixSandbox.start({ now: () => nowMs, ...options });
    started.push(sandbox);
    const access_token = await sandbox.issueToken();
    const parameters = { address: ADDRESS, amount: '25', shareOn: 'true', access_token };
    const query = new URLSearchParams(parameters).toString();
    const send = (method: string, path: string, body?: unknown) =>
      fetch(`${sandbox.origin}/sandbox/${path}`, {
        method,
        headers: { 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    return {
      sandbox,
      parameters,
      query,
      send,
      createOrder: async () =>
        (await json(send('POST', `orders?${query}`))) as { order: { id: string } } & Json,
      createLink: async () => {
        const { message } = await json(send('POST', `payment-links?${query}`));
        return new URL((message as { data: { paymentLinkURL: string } }).data.paymentLinkURL);
      },
    };
  };
  const orderOf = async (link: URL) => {
    const reply = await fetch(`${link.origin}/sandbox/orders${link.search}`, { method: 'POST' });
    return { status: reply.status, ...(await json(reply)) };
  };

  describe('POST /sandbox/payments', () => {
    it.each([
      ['fulfilled', 'TRANSACTION_SUCCESS'],
      ['failed', 'PAYMENT_FAILED'],
      ['cancelled', 'PAYMENT_CANCELLED'],
      ['expired', 'PAYMENT_FAILED'],
    ])('plays %s on the newest open order', async (outcome, type) => {
      const { send, createOrder } = await start();
      const { order } = await createOrder();
      const played = await send('POST', 'payments', { outcome });

      expect(played.status).toBe(200);
      expect(await json(played)).toMatchObject({
        order: { id: order.id, status: outcome },
        message: { type },
      });
    });

    it('plays on the order of an id, and on the next one', async () => {
      const { send, createOrder } = await start();
      const [first, second] = [await createOrder(), await createOrder()];
      await send('POST', 'payments', { outcome: 'failed', order: first.order.id });
      expect((await send('POST', 'payments', { outcome: 'expired', order: 'next' })).status).toBe(
        202,
      );
      await createOrder();

      expect(await json(send('GET', 'orders'))).toMatchObject({
        orders: [
          { id: first.order.id, status: 'failed' },
          { id: second.order.id, status: 'pending' },
          { status: 'expired' },
        ],
      });
    });

    it.each([
      ['no JSON', undefined, [{ field: '' }]],
      ['an outcome that is none', { outcome: 'paid' }, [{ field: 'outcome' }]],
      ['an order that is no text', { outcome: 'failed', order: 1 }, [{ field: 'order' }]],
      ['an unknown field', { outcome: 'failed', id: 'x' }, [{ field: 'id' }]],
    ])('refuses %s, and names each field', async (_, body, problems) => {
      const { send } = await start();
      const refused = await send('POST', 'payments', body);

      expect(refused.status).toBe(400);
      expect(await json(refused)).toMatchObject({ error: 'invalid_payment', problems });
    });

    it.each([[{ outcome: 'failed' }], [{ outcome: 'failed', order: 'x' }]])(
      'says so when no order can be played: %j',
      async (body) => {
        const { send } = await start();
        const refused = await send('POST', 'payments', body);

        expect(refused.status).toBe(409);
        expect(await json(refused)).toEqual({
          error: 'order_not_open',
          message: expect.stringMatching(/\. .*\.$/) as string,
        });
      },
    );
  });

  it('are played by a method of the sandbox, too', async () => {
    const { sandbox, createOrder } = await start();
    expect(() => {
      sandbox.playPayment('failed');
    }).toThrow('No order is open');
    await createOrder();
    sandbox.playPayment('failed');
    sandbox.playPayment('cancelled', 'next');
    await createOrder();

    expect(sandbox.orders.map(({ status }) => status)).toEqual(['failed', 'cancelled']);
  });

  it('expire after 25 minutes', async () => {
    const { send, createOrder } = await start({ expiryMessage: 'PAYMENT_CANCELLED' });
    const { order } = await createOrder();
    const path = `orders?id=${order.id}`;
    nowMs += 1_499_999;
    expect(await json(send('GET', path))).toMatchObject({
      order: { status: 'pending', remainingMs: 1 },
      message: null,
    });
    nowMs += 1;
    expect(await json(send('GET', path))).toMatchObject({
      order: { status: 'expired', remainingMs: 0 },
      message: { type: 'PAYMENT_CANCELLED' },
    });
  });

  it('need what the page needs', async () => {
    const { send, parameters } = await start();
    const refusals = [
      [{ ...parameters, amount: '' }, 400, 'missing_parameters'],
      [{ ...parameters, amount: '-1' }, 400, 'invalid_amount'],
      [{ ...parameters, access_token: 'x' }, 401, 'invalid_token'],
    ] as const;
    for (const path of ['orders', 'payment-links']) {
      for (const [query, status, error] of refusals) {
        const refused = await send('POST', `${path}?${new URLSearchParams(query).toString()}`);

        expect(refused.status).toBe(status);
        expect(await json(refused)).toEqual({ error, message: expect.any(String) as string });
      }
    }
  });

  it('say that there is no such order', async () => {
    const { send } = await start();
    const reply = await send('GET', 'orders?id=x');

    expect(reply.status).toBe(404);
    expect(await json(reply)).toMatchObject({ error: 'order_unknown' });
  });

  it('make no payment link unless shareOn=true', async () => {
    const { send, parameters } = await start();
    const query = new URLSearchParams({ ...parameters, shareOn: 'false' }).toString();
    const refused = await send('POST', `payment-links?${query}`);

    expect(refused.status).toBe(403);
    expect(await json(refused)).toMatchObject({ error: 'payment_links_off' });
  });

  it.each(['', '{', 'null'])('refuse a body that is no object: %j', async (body) => {
    const { sandbox } = await start();
    const reply = await fetch(`${sandbox.origin}/sandbox/payments`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });

    expect(reply.status).toBe(400);
  });

  it.each(['orders', 'payment-links', 'payments'])(
    'refuse pages of other sites: %s',
    async (path) => {
      const { sandbox, query } = await start();
      const refused = await fetch(`${sandbox.origin}/sandbox/${path}?${query}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: 'https://shop.example' },
        body: '{"outcome":"failed"}',
      });

      expect(refused.status).toBe(403);
      expect(sandbox.orders).toEqual([]);
      expect(sandbox.paymentLinks).toEqual([]);
    },
  );

  describe('A payment link', () => {
    it('carries the token it was made with, and opens a page', async () => {
      const { sandbox, parameters, createLink } = await start();
      const link = await createLink();
      const [id] = sandbox.paymentLinks.map(({ id }) => id);

      expect(Object.fromEntries(link.searchParams)).toEqual({ payment_id: id, ...parameters });
      expect(link.origin).toBe(sandbox.origin);
      const page = await fetch(link);
      expect(page.status).toBe(200);
      expect(await page.text()).toContain('Pay $25.00');
    });

    it('is used once: by the order that is created with it', async () => {
      const { sandbox, createLink } = await start();
      const link = await createLink();
      expect((await fetch(link)).status).toBe(200);
      expect((await fetch(link)).status).toBe(200);
      expect(sandbox.paymentLinks).toMatchObject([{ status: 'pending', order: null }]);
      expect((await orderOf(link)).status).toBe(201);

      const again = await fetch(link);
      expect(again.status).toBe(410);
      expect(await again.text()).toContain('This payment link has been used');
      expect(await orderOf(link)).toMatchObject({ status: 410, error: 'payment_link_used' });
      const [{ id, paymentLinkId }] = sandbox.orders as [(typeof sandbox.orders)[0]];
      expect(sandbox.paymentLinks).toMatchObject([
        { id: paymentLinkId, status: 'consumed', order: { id } },
      ]);
    });

    it('is used once by orders at the same instant, too', async () => {
      const { createLink } = await start();
      const link = await createLink();
      const statuses = (await Promise.all([1, 2, 3].map(() => orderOf(link)))).map(
        ({ status }) => status,
      );

      expect(statuses.sort()).toEqual([201, 410, 410]);
    });

    it('opens for 24 hours, longer than its token lives', async () => {
      const { createLink } = await start();
      const link = await createLink();
      nowMs += 24 * HOUR_MS - 1;
      expect((await fetch(link)).status).toBe(200);
      nowMs += 1;
      const expired = await fetch(link);

      expect(expired.status).toBe(410);
      expect(await expired.text()).toContain('This payment link has expired');
      expect(await orderOf(link)).toMatchObject({ status: 410, error: 'payment_link_expired' });
    });

    it('that nobody made has a page of its own', async () => {
      const { sandbox, query } = await start();
      for (const id of ['x', '', 'x&payment_id=y']) {
        const unknown = await fetch(`${sandbox.iframeUrl}?${query}&payment_id=${id}`);

        expect(unknown.status).toBe(404);
        expect(await unknown.text()).toContain('This payment link is not known');
      }
    });

    it('opens with its own token alone', async () => {
      const { sandbox, createLink } = await start();
      const link = await createLink();
      link.searchParams.set('access_token', await sandbox.issueToken(60));
      expect((await fetch(link)).status).toBe(401);
      link.searchParams.delete('access_token');
      const missing = await fetch(link);

      expect(missing.status).toBe(401);
      expect(await missing.text()).toContain('missing in the address of this page: access_token.');
    });

    it('asks for what it was made for, whatever its address says', async () => {
      const { createLink } = await start();
      const link = await createLink();
      link.searchParams.set('amount', '1');

      expect(await (await fetch(link)).text()).toContain('Pay $25.00');
    });
  });

  it('can have a fixed fee and uniqueness', async () => {
    const { createOrder } = await start({ feeBasisPoints: 100, uniquenessCents: 20 });

    expect((await createOrder()).order).toMatchObject({
      created: { send_amount: '25.20', receive_amount: '24.95', uniqueness_amount: '0.20' },
    });
  });

  it.each([
    { feeBasisPoints: 10_000 },
    { uniquenessCents: 21 },
    { explorerUrlPlace: 'bottom' },
    { expiryMessage: 'CANCEL' },
  ])('refuse the option %j', async (options) => {
    await expect(PhoenixSandbox.start(options as PhoenixSandboxOptions)).rejects.toThrow(
      Object.keys(options)[0],
    );
  });
});
