import {
  explorerMessage,
  ORDER_LIFESPAN_MS,
  orderCreatedMessage,
  outcomeMessage,
} from './order.js';
import { OrderStore, type OrderSettings } from './order.store.js';

const ADDRESS = '0x52908400098527886E0F7030069857D2E4169EE7';
const REQUEST = { address: ADDRESS, amount: 1007n, paymentLinkId: null };

describe('Orders of the sandbox', () => {
  let nowMs: number;
  const open = (settings: Partial<OrderSettings> = {}) =>
    new OrderStore({ now: () => nowMs, feeBasisPoints: 70, uniquenessCents: 3, ...settings });

  beforeEach(() => {
    nowMs = Date.UTC(2024, 2, 21, 12);
  });

  it('have every documented field, as text', () => {
    expect(orderCreatedMessage(open().create(REQUEST))).toEqual({
      type: 'ORDER_CREATED',
      data: {
        order_id: expect.stringMatching(/^[1-9A-HJ-NP-Za-km-z]{22}$/) as string,
        created_at: '2024-03-21T12:00:00.000Z',
        buyer_address: ADDRESS,
        seller_address: expect.stringMatching(/^0x[\da-fA-F]{40}$/) as string,
        send_amount: '10.10',
        receive_amount: '10.03',
        uniqueness_amount: '0.03',
        receiving_chain_id: '8453',
        zelle_address: 'seller@example.com',
      },
    });
  });

  it('add 0.00 to 0.20 USD at random for uniqueness', () => {
    const orders = open({ uniquenessCents: undefined });
    const added = Array.from({ length: 1000 }, () => orders.create(REQUEST).created).map(
      ({ uniqueness_amount }) => uniqueness_amount,
    );

    expect(new Set(added).size).toBe(21);
    expect([...new Set(added)].sort()[0]).toBe('0.00');
    expect([...new Set(added)].sort().at(-1)).toBe('0.20');
  });

  it('report the amounts of the order with the transaction', () => {
    const orders = open();
    orders.create(REQUEST);
    const order = orders.play('fulfilled');
    const hash = order.transaction?.transactionHash;

    expect(hash).toMatch(/^0x[\da-f]{64}$/);
    expect(outcomeMessage(order, { explorerUrlPlace: 'data', expiryMessage: 'none' })).toEqual({
      type: 'TRANSACTION_SUCCESS',
      data: {
        amount: order.created.send_amount,
        token: 'USDC',
        chain: 'Base',
        walletAddress: ADDRESS,
        sendAmount: order.created.receive_amount,
        transactionHash: hash,
        basescanLink: `https://basescan.org/tx/${hash}`,
      },
    });
  });

  it.each([
    ['data', (url: string) => ({ type: 'OPEN_EXPLORER_URL', data: { url } })],
    ['top', (url: string) => ({ type: 'OPEN_EXPLORER_URL', url })],
  ] as const)('have the address of the explorer in its place: %s', (explorerUrlPlace, message) => {
    const orders = open();
    const pending = orders.create(REQUEST);
    const paid = orders.play('fulfilled');
    const settings = { explorerUrlPlace, expiryMessage: 'none' } as const;

    expect(explorerMessage(pending, settings)).toBeNull();
    expect(explorerMessage(paid, settings)).toEqual(message(paid.transaction!.basescanLink));
  });

  it('expire after 25 minutes, on the sandbox’s clock', () => {
    const orders = open();
    const { id, remainingMs } = orders.create(REQUEST);
    expect(remainingMs).toBe(1_500_000);
    nowMs += ORDER_LIFESPAN_MS - 1;
    expect(orders.find(id)).toMatchObject({ status: 'pending', remainingMs: 1 });
    nowMs += 1;
    expect(orders.find(id)).toMatchObject({ status: 'expired', remainingMs: 0 });
    expect(() => orders.play('fulfilled', id)).toThrow('The order is expired already');
  });

  it.each([
    ['failed', 'none', { type: 'PAYMENT_FAILED' }],
    ['cancelled', 'none', { type: 'PAYMENT_CANCELLED' }],
    ['expired', 'PAYMENT_FAILED', { type: 'PAYMENT_FAILED' }],
    ['expired', 'PAYMENT_CANCELLED', { type: 'PAYMENT_CANCELLED' }],
    ['expired', 'none', null],
  ] as const)('%s, with expiryMessage %s: the message', (outcome, expiryMessage, message) => {
    const orders = open();
    orders.create(REQUEST);
    const order = orders.play(outcome);

    expect(order).toMatchObject({ status: outcome, remainingMs: 0, transaction: null });
    expect(outcomeMessage(order, { explorerUrlPlace: 'data', expiryMessage })).toEqual(message);
  });

  it('are played newest first, or by their id', () => {
    const orders = open();
    const [first, second, third] = [1, 2, 3].map(() => orders.create(REQUEST).id);
    orders.play('cancelled', second);
    expect(orders.play('failed').id).toBe(third);
    expect(orders.play('failed').id).toBe(first);
    expect(orders.list().map(({ status }) => status)).toEqual(['failed', 'cancelled', 'failed']);
  });

  it('say why none can be played', () => {
    const orders = open();

    expect(() => orders.play('failed')).toThrow(/^No order is open\. .*"next"/);
    expect(() => orders.play('failed', 'x')).toThrow(/^There is no order of this id\. /);
    const { id } = orders.create(REQUEST);
    orders.play('failed');
    expect(() => orders.play('fulfilled', id)).toThrow('The order is failed already.');
  });

  it('end as soon as they were created when that was asked for before', () => {
    const orders = open();
    orders.playNext('failed');
    orders.playNext('fulfilled');

    const statuses = [1, 2, 3].map(() => orders.create(REQUEST).status);
    expect(statuses).toEqual(['failed', 'fulfilled', 'pending']);
  });
});
