import type { PaymentCreatedData, PaymentCreatedMessage } from '../../browser/index.js';
import { randomId } from './random-id.js';

/** How long a payment link can be used: 24 hours (the vendor's page "Payment Links"). */
export const PAYMENT_LINK_LIFESPAN_MS = 86_400_000;

/** The parameter that the vendor puts into a payment link. */
export const PAYMENT_ID_PARAM = 'payment_id';

/**
 * A payment link that a checkout page made. `urlParams` and `paymentLinkURL` hold the access token.
 * Its `status` becomes `consumed` when an order is created with it.
 */
export interface SandboxPaymentLink extends Omit<PaymentCreatedData, 'order' | 'status'> {
  readonly status: 'pending' | 'consumed';
  /** The order created with it. */
  readonly order: { readonly id: string } | null;
}

/** What can be done with a link: it is open, or why not. */
export type PaymentLinkState = 'open' | 'used' | 'expired' | 'unknown';

/** The payment links of a sandbox since its start. */
export class PaymentLinkStore {
  readonly #links = new Map<string, SandboxPaymentLink>();

  constructor(private readonly settings: { readonly now: () => number }) {}

  /**
   * Makes a link that inherits all parameters, the access token included, as the vendor's do.
   * @param origin of the checkout page
   */
  create(inherited: URLSearchParams, origin: string): PaymentCreatedMessage {
    const params = new URLSearchParams(inherited);
    params.delete(PAYMENT_ID_PARAM);
    const id = randomId();
    const urlParams = params.toString();
    const now = this.#now();
    const data: PaymentCreatedData = {
      id,
      lifespan: PAYMENT_LINK_LIFESPAN_MS,
      order: null,
      urlParams,
      paymentLinkURL: `${origin}/?${PAYMENT_ID_PARAM}=${id}&${urlParams}`,
      status: 'pending',
      createdAt: now,
      updatedAt: now,
    };
    this.#links.set(id, data);
    return { type: 'PAYMENT_CREATED', data };
  }

  state(id: string): PaymentLinkState {
    const link = this.#links.get(id);
    if (link === undefined) return 'unknown';
    if (link.status === 'consumed') return 'used';
    return this.settings.now() < Date.parse(link.createdAt) + link.lifespan ? 'open' : 'expired';
  }

  /** The parameters that a link has inherited. */
  parameters(id: string): URLSearchParams {
    return new URLSearchParams(this.#links.get(id)?.urlParams);
  }

  /** An order was created with the link: it cannot be used again. */
  consume(id: string, orderId: string): void {
    const link = this.#links.get(id);
    if (link === undefined) return;
    const updatedAt = this.#now();
    this.#links.set(id, { ...link, status: 'consumed', order: { id: orderId }, updatedAt });
  }

  /** All links, oldest first. */
  list(): SandboxPaymentLink[] {
    return [...this.#links.values()];
  }

  #now(): string {
    return new Date(this.settings.now()).toISOString();
  }
}
