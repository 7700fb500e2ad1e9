import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { PhoenixSettings } from '../phoenix.settings.js';
import { PHOENIX_SETTINGS } from '../phoenix.tokens.js';
import { ProblemException } from './problem-details.js';
import { headerOf, requestOf, type PlatformRequest } from './request-header.js';

/**
 * Enforces `allowedOrigins` on our endpoints, whatever CORS says: CORS only stops a
 * page from reading a reply, and only in a browser that honours it.
 */
@Injectable()
export class OriginGuard implements CanActivate {
  constructor(@Inject(PHOENIX_SETTINGS) private readonly settings: PhoenixSettings) {}

  canActivate(context: ExecutionContext): boolean {
    const { allowedOrigins } = this.settings;
    if (allowedOrigins.length === 0 || isAdmitted(requestOf(context), allowedOrigins)) return true;
    throw new ProblemException(
      'origin_not_allowed',
      'Pages of this origin may not ask for a Phoenix token. Add the origin to allowedOrigins.',
    );
  }
}

/**
 * A browser names the origin of a cross-origin reader. Where it does not, `Sec-Fetch-Site`
 * still tells a foreign page's request; servers and command lines send neither.
 */
function isAdmitted(request: PlatformRequest, allowedOrigins: readonly string[]): boolean {
  const origin = request.headers.origin;
  if (origin !== undefined) return typeof origin === 'string' && allowedOrigins.includes(origin);
  const site = headerOf(request, 'sec-fetch-site');
  return site === undefined || site === 'same-origin' || site === 'none';
}
