import { hash, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { PhoenixSettings } from '../phoenix.settings.js';
import { PHOENIX_SETTINGS } from '../phoenix.tokens.js';
import { headerOf, requestOf } from './request-header.js';
import { API_KEY_CHALLENGE, unauthorized } from './unauthorized.js';

/**
 * Admits callers that present one of `apiKeys` in the header `X-API-Key`.
 * For server-to-server calls: a key in a browser is no secret.
 *
 * @publicApi
 */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  /** @internal */
  constructor(@Inject(PHOENIX_SETTINGS) private readonly settings: PhoenixSettings) {}

  canActivate(context: ExecutionContext): boolean {
    const key = headerOf(requestOf(context), 'x-api-key');
    if (key === undefined) {
      throw unauthorized('Send an API key in the header X-API-Key.', API_KEY_CHALLENGE);
    }
    if (!this.isKnown(key)) throw unauthorized('The API key is not accepted.', API_KEY_CHALLENGE);
    return true;
  }

  /** Compares with every key, so that the time taken tells nothing about which one came close. */
  private isKnown(key: string): boolean {
    const digest = hash('sha256', key, 'buffer');
    let known = false;
    for (const accepted of this.settings.apiKeys) {
      known = timingSafeEqual(digest, accepted) || known;
    }
    return known;
  }
}
