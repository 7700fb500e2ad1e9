import { Controller, Get, Header, HttpStatus, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { StatsService } from '../stats/stats.service.js';
import { TokenIssuerService } from '../token/token-issuer.service.js';
import { checkoutPage } from './checkout.page.js';
import { CONTENT_SECURITY_POLICY } from './document.page.js';
import { errorPage } from './error.page.js';

/** The page that the vendor hosts for the iframe. No X-Frame-Options: any origin may embed it. */
@Controller()
export class CheckoutController {
  constructor(
    private readonly issuer: TokenIssuerService,
    private readonly stats: StatsService,
  ) {}

  @Get()
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Content-Security-Policy', CONTENT_SECURITY_POLICY)
  @Header('Cache-Control', 'no-store')
  @Header('Referrer-Policy', 'no-referrer')
  @Header('X-Content-Type-Options', 'nosniff')
  async page(
    @Query() query: Readonly<Record<string, unknown>>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const token = textOf(query.access_token);
    if (token === undefined || !(await this.issuer.isValid(token))) {
      this.stats.iframePage('refused');
      void reply.status(HttpStatus.UNAUTHORIZED);
      return errorPage(token === undefined ? 'missing' : 'invalid');
    }
    this.stats.iframePage('shown');
    return checkoutPage({
      address: textOf(query.address),
      isShareOn: query.shareOn === 'true',
    });
  }
}

/** A parameter given more than once is an array, and no text. */
function textOf(parameter: unknown): string | undefined {
  return typeof parameter === 'string' && parameter !== '' ? parameter : undefined;
}
