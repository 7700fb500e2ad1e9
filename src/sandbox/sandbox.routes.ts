import { CheckoutRoutes } from './checkout/checkout.routes.js';
import type { CheckoutService } from './checkout/checkout.service.js';
import type { FaultQueue } from './faults/fault-queue.js';
import { FaultsRoutes } from './faults/faults.routes.js';
import { jsonReply, NO_CONTENT, type Reply } from './http/reply.js';
import type { Handler, Routes } from './http/router.js';
import { guardAgainstPages } from './http/trusted-origin.js';
import type { SandboxSettings } from './sandbox.options.js';
import type { Stats } from './stats/stats.js';
import type { Client } from './token/client.js';
import { REDIRECT_TARGET_PATH } from './token/faulty-reply.js';
import { TokenEndpoint } from './token/token-endpoint.js';
import type { TokenIssuer } from './token/token-issuer.js';

/** What the routes work on. */
export interface SandboxState {
  readonly settings: SandboxSettings;
  readonly checkout: CheckoutService;
  readonly client: Client;
  readonly faults: FaultQueue;
  readonly issuer: TokenIssuer;
  readonly stats: Stats;
}

/** Every route of the sandbox. */
export function sandboxRoutes(state: SandboxState): Routes {
  const { settings, client, faults, issuer, stats } = state;
  const checkout = new CheckoutRoutes(state.checkout, stats);
  const token = new TokenEndpoint(settings, client, issuer, faults, stats);
  const queue = new FaultsRoutes(faults);
  const guarded = (handler: Handler) => guardAgainstPages(settings.host, handler);
  return {
    '/': { GET: (request) => checkout.page(request) },
    '/oauth/token': { ANY: (request) => token.reply(request) },
    '/sandbox/orders': {
      GET: (request) => checkout.orders(request),
      POST: guarded((request) => checkout.createOrder(request)),
    },
    '/sandbox/payment-links': { POST: guarded((request) => checkout.createPaymentLink(request)) },
    '/sandbox/payments': { POST: guarded((request) => checkout.play(request)) },
    '/sandbox/faults': {
      GET: () => queue.list(),
      POST: guarded((request) => queue.add(request)),
      PUT: guarded((request) => queue.replace(request)),
      DELETE: guarded(() => queue.clear()),
    },
    '/sandbox/stats': {
      GET: () => jsonReply(200, stats.snapshot(), { 'Cache-Control': 'no-store' }),
      DELETE: guarded(() => {
        stats.reset();
        return NO_CONTENT;
      }),
    },
    [REDIRECT_TARGET_PATH]: { ANY: () => redirectTarget(stats) },
  };
}

function redirectTarget(stats: Stats): Reply {
  stats.redirectTargetHit();
  return jsonReply(200, {
    access_token: 'token-of-a-followed-redirect',
    token_type: 'Bearer',
    expires_in: 3600,
    scope: ['iframe'],
  });
}
