import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { PhoenixSettings } from '../phoenix.settings.js';
import { PHOENIX_SETTINGS } from '../phoenix.tokens.js';
import { ApiKeyGuard } from './api-key.guard.js';
import { JwtGuard } from './jwt.guard.js';
import { headerOf, requestOf } from './request-header.js';
import { API_KEY_CHALLENGE, BEARER_CHALLENGE, unauthorized } from './unauthorized.js';

/**
 * Admits callers with an API key or a JWT, whichever of `apiKeys` and `jwt` is configured.
 * The default guard; with neither configured, the module refuses to boot.
 *
 * @publicApi
 */
@Injectable()
export class CredentialGuard implements CanActivate {
  /** @internal */
  constructor(
    @Inject(PHOENIX_SETTINGS) private readonly settings: PhoenixSettings,
    @Inject(ApiKeyGuard) private readonly apiKeyGuard: ApiKeyGuard,
    @Inject(JwtGuard) private readonly jwtGuard: JwtGuard,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const { apiKeys, jwt } = this.settings;
    const request = requestOf(context);
    const presents = (header: string): boolean => headerOf(request, header) !== undefined;
    if (jwt === undefined || (apiKeys.length > 0 && presents('x-api-key'))) {
      return this.apiKeyGuard.canActivate(context);
    }
    if (apiKeys.length > 0 && !presents('authorization')) {
      throw unauthorized(
        'Send an API key in the header X-API-Key, or a JWT in the header Authorization: Bearer.',
        `${API_KEY_CHALLENGE}, ${BEARER_CHALLENGE}`,
      );
    }
    return this.jwtGuard.canActivate(context);
  }
}
