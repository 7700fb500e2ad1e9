import { z } from 'zod';
import { withBody } from '../http/json-body.js';
import { htmlReply, jsonReply, type Reply } from '../http/reply.js';
import { parameter, type SandboxRequest } from '../http/request.js';
import type { Stats } from '../stats/stats.js';
import type { CheckoutReply, CheckoutService } from './checkout.service.js';
import { CONTENT_SECURITY_POLICY } from './document.page.js';
import { errorPage } from './error.page.js';
import { PAYMENT_OUTCOMES } from './order.js';
import { OrderNotOpenError } from './order.store.js';
import { PAGE_NOT_FOUND } from './refusal.js';

/** No X-Frame-Options: any origin may embed the page. */
const PAGE_HEADERS = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

/** An outcome to play: on the newest open order (`latest`), on the next one, or on that of an id. */
const playSchema = z.strictObject({
  outcome: z.enum(PAYMENT_OUTCOMES, `Must be one of ${PAYMENT_OUTCOMES.join(', ')}`),
  order: z.string('Must be latest, next or the id of an order').min(1).default('latest'),
});

/** The checkout over HTTP. */
export class CheckoutRoutes {
  constructor(
    private readonly checkout: CheckoutService,
    private readonly stats: Stats,
  ) {}

  /** `GET /`: the page to embed. */
  page({ query }: SandboxRequest): Reply {
    const { status, body } = this.checkout.page(query);
    this.stats.iframePage(status === 200 ? 'shown' : 'refused');
    return htmlReply(status, body, PAGE_HEADERS);
  }

  /** `POST /sandbox/orders`, with the query of the page's address. */
  createOrder({ query }: SandboxRequest): Reply {
    return uncached(this.checkout.createOrder(query));
  }

  /** `GET /sandbox/orders`: all of them, or with `id` what its page is told about one. */
  orders(request: SandboxRequest): Reply {
    if (!request.query.has('id')) {
      return uncached({ status: 200, body: { orders: this.checkout.orders() } });
    }
    const body = this.checkout.order(parameter(request, 'id') ?? '');
    return body === undefined
      ? failure(404, 'order_unknown', 'There is no order of this id. Leave id out to list all.')
      : uncached({ status: 200, body });
  }

  /** `POST /sandbox/payment-links`, with the query of the page's address. */
  createPaymentLink({ query, headers }: SandboxRequest): Reply {
    return uncached(this.checkout.createPaymentLink(query, `http://${headers.host ?? ''}`));
  }

  /** `POST /sandbox/payments`: plays an outcome. */
  play(request: SandboxRequest): Reply {
    return withBody(request, playSchema, 'invalid_payment', ({ outcome, order }) => {
      if (order === 'next') {
        this.checkout.playNext(outcome);
        return uncached({ status: 202, body: { outcome, order } });
      }
      try {
        const body = this.checkout.play(outcome, order === 'latest' ? undefined : order);
        return uncached({ status: 200, body });
      } catch (error) {
        if (!(error instanceof OrderNotOpenError)) throw error;
        return failure(409, 'order_not_open', error.message);
      }
    });
  }
}

/** The page that a browser gets for a path that does not exist. */
export function notFoundPage(): Reply {
  return htmlReply(404, errorPage(PAGE_NOT_FOUND), PAGE_HEADERS);
}

function uncached({ status, body }: CheckoutReply<unknown>): Reply {
  return jsonReply(status, body, { 'Cache-Control': 'no-store' });
}

function failure(status: number, error: string, message: string): Reply {
  return uncached({ status, body: { error, message } });
}
