import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { PhoenixSettings } from '../phoenix.settings.js';
import { PHOENIX_SETTINGS } from '../phoenix.tokens.js';
import { ApiKeyGuard } from './api-key.guard.js';
import { JwtGuard } from './jwt.guard.js';
import { headerOf, requestOf } from './request-header.js';

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
    const presentsKey = headerOf(requestOf(context), 'x-api-key') !== undefined;
    const byKey = apiKeys.length > 0 && (presentsKey || jwt === undefined);
    return (byKey ? this.apiKeyGuard : this.jwtGuard).canActivate(context);
  }
}
