import { Inject, Injectable } from '@nestjs/common';
import type { TokenFault } from '../faults/fault.js';
import { SANDBOX_SETTINGS, type SandboxSettings } from '../sandbox.options.js';
import { ClientService } from './client.service.js';
import { OAuthError } from './oauth-error.js';
import { TokenIssuerService } from './token-issuer.service.js';
import { jsonReply, type TokenReply } from './token-reply.js';
import { readTokenRequest, type RawTokenRequest } from './token-request.js';

/** What a fault changes in a reply that is otherwise the usual one. */
export type TokenAlteration = Partial<Omit<TokenFault, 'kind'>>;

/** The client credentials grant (RFC 6749 §4.4), as the vendor documents it. */
@Injectable()
export class TokenGrantService {
  constructor(
    @Inject(SANDBOX_SETTINGS) private readonly settings: SandboxSettings,
    private readonly client: ClientService,
    private readonly issuer: TokenIssuerService,
  ) {}

  async grant(raw: RawTokenRequest, alteration: TokenAlteration = {}): Promise<TokenReply> {
    try {
      this.authorize(raw);
    } catch (error) {
      if (error instanceof OAuthError) return refusal(error);
      throw error;
    }
    return { ...jsonReply(200, await this.tokenBody(alteration)), carriesToken: true };
  }

  private authorize(raw: RawTokenRequest): void {
    const request = readTokenRequest(raw);
    if (!this.client.authenticates(request.clientId, request.clientSecret)) {
      throw new OAuthError('invalid_client', 'Unknown client or wrong secret.', request.viaHeader);
    }
    if (request.grantType !== 'client_credentials') {
      throw new OAuthError('unsupported_grant_type', 'The only grant type is client_credentials.');
    }
  }

  private async tokenBody({
    lifetimeSeconds = this.settings.tokenLifetimeSeconds,
    jwtLifetimeSeconds = lifetimeSeconds,
    clockSkewSeconds,
    reissue = false,
    set = {},
    remove = [],
  }: TokenAlteration): Promise<Record<string, unknown>> {
    const last = reissue ? this.issuer.lastToken : undefined;
    const body = {
      access_token:
        last ??
        (await this.issuer.issue({ lifetimeSeconds: jwtLifetimeSeconds, clockSkewSeconds })),
      token_type: 'Bearer',
      expires_in: lifetimeSeconds,
      scope: ['iframe'],
      ...set,
    };
    return Object.fromEntries(Object.entries(body).filter(([name]) => !remove.includes(name)));
  }
}

export function refusal(error: OAuthError): TokenReply {
  return jsonReply(
    error.status,
    { error: error.code, error_description: error.message },
    error.viaHeader ? { 'WWW-Authenticate': 'Basic realm="phoenix-sandbox", charset="UTF-8"' } : {},
  );
}
