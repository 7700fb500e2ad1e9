import { htmlReply, type Reply } from '../http/reply.js';
import { parameter, type SandboxRequest } from '../http/request.js';
import type { Stats } from '../stats/stats.js';
import type { TokenIssuer } from '../token/token-issuer.js';
import { checkoutPage } from './checkout.page.js';
import { CONTENT_SECURITY_POLICY } from './document.page.js';
import { errorPage } from './error.page.js';

/** No X-Frame-Options: any origin may embed the page. */
const HEADERS = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

/** The page that the vendor hosts for the iframe. */
export class CheckoutRoute {
  constructor(
    private readonly issuer: TokenIssuer,
    private readonly stats: Stats,
  ) {}

  page(request: SandboxRequest): Reply {
    const token = parameter(request, 'access_token');
    if (token === undefined || !this.issuer.isValid(token)) {
      this.stats.iframePage('refused');
      return htmlReply(401, errorPage(token === undefined ? 'missing' : 'invalid'), HEADERS);
    }
    this.stats.iframePage('shown');
    const page = checkoutPage({
      address: parameter(request, 'address'),
      isShareOn: parameter(request, 'shareOn') === 'true',
    });
    return htmlReply(200, page, HEADERS);
  }
}
