import { PAYMENT_LINK_LIFESPAN_MS, PaymentLinkStore } from './payment-link.store.js';

const ORIGIN = 'http://127.0.0.1:4000';
const INHERITED = new URLSearchParams({ address: '0x0', amount: '1.46', access_token: 'a.b.c' });

describe('Payment links of the sandbox', () => {
  let nowMs: number;
  let links: PaymentLinkStore;

  beforeEach(() => {
    nowMs = Date.UTC(2025, 6, 8, 1);
    links = new PaymentLinkStore({ now: () => nowMs });
  });

  it('have every documented field, and inherit all parameters', () => {
    const { type, data } = links.create(INHERITED, ORIGIN);

    expect(type).toBe('PAYMENT_CREATED');
    expect(data).toEqual({
      id: expect.stringMatching(/^[1-9A-HJ-NP-Za-km-z]{22}$/) as string,
      lifespan: 86_400_000,
      order: null,
      urlParams: 'address=0x0&amount=1.46&access_token=a.b.c',
      paymentLinkURL: `${ORIGIN}/?payment_id=${data.id}&address=0x0&amount=1.46&access_token=a.b.c`,
      status: 'pending',
      createdAt: '2025-07-08T01:00:00.000Z',
      updatedAt: '2025-07-08T01:00:00.000Z',
    });
    expect(links.parameters(data.id)).toEqual(INHERITED);
  });

  it('do not inherit the payment_id of another link', () => {
    const inherited = new URLSearchParams(INHERITED);
    inherited.set('payment_id', 'another');

    expect(links.create(inherited, ORIGIN).data.urlParams).not.toContain('another');
    expect(inherited.get('payment_id')).toBe('another');
  });

  it('are open for 24 hours', () => {
    const { id } = links.create(INHERITED, ORIGIN).data;
    nowMs += PAYMENT_LINK_LIFESPAN_MS - 1;
    expect(links.state(id)).toBe('open');
    nowMs += 1;
    expect(links.state(id)).toBe('expired');
    expect(links.state('another')).toBe('unknown');
  });

  it('are consumed by an order', () => {
    const { id } = links.create(INHERITED, ORIGIN).data;
    nowMs += 1000;
    links.consume(id, 'an-order');

    expect(links.state(id)).toBe('used');
    expect(links.list()).toMatchObject([
      { id, status: 'consumed', order: { id: 'an-order' }, updatedAt: '2025-07-08T01:00:01.000Z' },
    ]);
  });
});
