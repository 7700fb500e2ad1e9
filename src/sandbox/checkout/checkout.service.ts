import type { OpenExplorerUrlMessage, PhoenixMessage } from '../../browser/index.js';
import { checkoutPage } from './checkout.page.js';
import {
  readCheckoutParameters,
  readTheme,
  textOf,
  type CheckoutParameters,
} from './checkout.parameters.js';
import { errorPage } from './error.page.js';
import {
  explorerMessage,
  orderCreatedMessage,
  outcomeMessage,
  type MessageSettings,
  type PaymentOutcome,
  type SandboxOrder,
} from './order.js';
import { OrderStore, type OrderSettings } from './order.store.js';
import {
  PAYMENT_ID_PARAM,
  PaymentLinkStore,
  type SandboxPaymentLink,
} from './payment-link.store.js';
import { quote } from './quote.js';
import {
  INVALID_TOKEN,
  missingParameters,
  PAYMENT_LINK_REFUSALS,
  type Refusal,
} from './refusal.js';

export type CheckoutSettings = OrderSettings & MessageSettings;

/** What the checkout needs to know of access tokens. */
export interface TokenVerifier {
  isValid(token: string): boolean;
}

export interface CheckoutReply<Body> {
  readonly status: number;
  readonly body: Body;
}

/** What a checkout page is told about its order, and what it posts to its parent. */
export interface OrderReply {
  readonly order: SandboxOrder;
  /** `ORDER_CREATED` in reply to the creation; afterwards the message of the outcome. */
  readonly message: PhoenixMessage | null;
  /** What the receipt's link to the explorer posts. */
  readonly explorer: OpenExplorerUrlMessage | null;
}

/** Why an action was refused. */
export interface RefusedReply {
  readonly error: string;
  readonly message: string;
}

interface Admission {
  readonly parameters: CheckoutParameters;
  /** All parameters, for a payment link to inherit. */
  readonly query: URLSearchParams;
  readonly paymentLinkId: string | null;
}

/** The vendor's checkout: pages, orders and payment links. Knows no HTTP framework. */
export class CheckoutService {
  readonly #orders: OrderStore;
  readonly #links: PaymentLinkStore;

  constructor(
    private readonly settings: CheckoutSettings,
    private readonly tokens: TokenVerifier,
  ) {
    this.#orders = new OrderStore(settings);
    this.#links = new PaymentLinkStore(settings);
  }

  /** @param query of the page's address */
  page(query: URLSearchParams): CheckoutReply<string> {
    const admission = this.admit(query);
    if ('reason' in admission) {
      return { status: admission.status, body: errorPage(admission, readTheme(query)) };
    }
    const { parameters, paymentLinkId } = admission;
    return {
      status: 200,
      body: checkoutPage({
        ...parameters,
        quote: quote(parameters.amount, 0n, this.settings.feeBasisPoints),
        feeBasisPoints: this.settings.feeBasisPoints,
        isPaymentLink: paymentLinkId !== null,
      }),
    };
  }

  /**
   * Creates an order for a checkout page; a payment link is consumed by it.
   * @param query of the page's address
   */
  createOrder(query: URLSearchParams): CheckoutReply<OrderReply | RefusedReply> {
    const admission = this.admit(query);
    if ('reason' in admission) return refused(admission);
    const { parameters, paymentLinkId } = admission;
    const order = this.#orders.create({ ...parameters, paymentLinkId });
    if (paymentLinkId !== null) this.#links.consume(paymentLinkId, order.id);
    return { status: 201, body: { order, message: orderCreatedMessage(order), explorer: null } };
  }

  /**
   * Makes a payment link for a checkout page.
   * @param query of the page's address
   * @param origin of the page
   */
  createPaymentLink(
    query: URLSearchParams,
    origin: string,
  ): CheckoutReply<{ message: PhoenixMessage } | RefusedReply> {
    const admission = this.admit(query);
    if ('reason' in admission) return refused(admission);
    if (!admission.parameters.isShareOn) {
      const message = 'Payment links are off. Set shareOn=true in the address of the page.';
      return { status: 403, body: { error: 'payment_links_off', message } };
    }
    return { status: 201, body: { message: this.#links.create(admission.query, origin) } };
  }

  /** What a checkout page is told about its order; undefined if there is none of this id. */
  order(id: string): OrderReply | undefined {
    const order = this.#orders.find(id);
    return order && this.reply(order);
  }

  /** All orders since the start, oldest first. */
  orders(): SandboxOrder[] {
    return this.#orders.list();
  }

  /** All payment links since the start, oldest first. They hold access tokens. */
  paymentLinks(): SandboxPaymentLink[] {
    return this.#links.list();
  }

  /**
   * Ends the newest open order, or that of an id.
   * @throws {OrderNotOpenError}
   */
  play(outcome: PaymentOutcome, id?: string): OrderReply {
    return this.reply(this.#orders.play(outcome, id));
  }

  /** Ends the next order as soon as it was created. */
  playNext(outcome: PaymentOutcome): void {
    this.#orders.playNext(outcome);
  }

  private reply(order: SandboxOrder): OrderReply {
    return {
      order,
      message: outcomeMessage(order, this.settings),
      explorer: explorerMessage(order, this.settings),
    };
  }

  private admit(query: URLSearchParams): Admission | Refusal {
    if (query.has(PAYMENT_ID_PARAM)) return this.admitPaymentLink(query);
    const parameters = readCheckoutParameters(query);
    if ('reason' in parameters) return parameters;
    if (!this.tokens.isValid(parameters.accessToken)) return INVALID_TOKEN;
    return { parameters, query, paymentLinkId: null };
  }

  /**
   * What counts is what the link inherited when it was made, not what its address says now. It has to
   * carry its access token, which may have expired meanwhile: the vendor says that a link needs one and
   * can be used for 24 hours, and not how that fits a token of one hour.
   */
  private admitPaymentLink(query: URLSearchParams): Admission | Refusal {
    const id = textOf(query, PAYMENT_ID_PARAM) ?? '';
    const state = this.#links.state(id);
    if (state !== 'open') return PAYMENT_LINK_REFUSALS[state];
    const inherited = this.#links.parameters(id);
    const parameters = readCheckoutParameters(inherited);
    if ('reason' in parameters) return parameters;
    const accessToken = textOf(query, 'access_token');
    if (accessToken === undefined) return missingParameters(['access_token']);
    if (accessToken !== parameters.accessToken) return INVALID_TOKEN;
    return { parameters, query: inherited, paymentLinkId: id };
  }
}

function refused({ status, error, reason, remedy }: Refusal): CheckoutReply<RefusedReply> {
  return { status, body: { error, message: `${reason} ${remedy}` } };
}
