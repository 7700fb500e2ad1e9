import { CheckoutRoutes } from './checkout/checkout.routes.js';
import type { CheckoutService } from './checkout/checkout.service.js';
import type { FaultQueue } from './faults/fault-queue.js';
import { faultsRoutes } from './faults/faults.routes.js';
import { jsonReply, NO_CONTENT, type Reply } from './http/reply.js';
import type { Methods, Routes } from './http/router.js';
import { closedToPages } from './http/trusted-origin.js';
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
  const closed = (methods: Methods) => closedToPages(settings.host, methods);
  return {
    '/': { GET: (request) => checkout.page(request) },
    '/oauth/token': { ANY: (request) => token.reply(request) },
    '/sandbox/orders': closed({
      GET: (request) => checkout.orders(request),
      POST: (request) => checkout.createOrder(request),
    }),
    '/sandbox/payment-links': closed({ POST: (request) => checkout.createPaymentLink(request) }),
    '/sandbox/payments': closed({ POST: (request) => checkout.play(request) }),
    '/sandbox/faults': closed(faultsRoutes(faults)),
    '/sandbox/stats': closed({
      GET: () => jsonReply(200, stats.snapshot(), { 'Cache-Control': 'no-store' }),
      DELETE: () => {
        stats.reset();
        return NO_CONTENT;
      },
    }),
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
