import type { FaultQueue } from '../faults/fault-queue.js';
import type { TokenFault } from '../faults/fault.schema.js';
import { jsonReply, type Reply } from '../http/reply.js';
import type { SandboxRequest } from '../http/request.js';
import type { SandboxSettings } from '../sandbox.options.js';
import type { Stats } from '../stats/stats.js';
import type { Client } from './client.js';
import { faultyReply } from './faulty-reply.js';
import type { TokenIssuer } from './token-issuer.js';
import { authenticationOf, OAuthError, readTokenRequest } from './token-request.js';

/** A reply of the token endpoint. */
export interface TokenReply extends Reply {
  /** A client can find a token in it. */
  readonly carriesToken?: boolean;
}

/** What a fault changes in a reply that is otherwise the usual one. */
export type TokenAlteration = Partial<Omit<TokenFault, 'kind'>>;

// RFC 6749 §5.1
const NOT_CACHED = { 'Cache-Control': 'no-store', Pragma: 'no-cache' };

/** The client credentials grant (RFC 6749 §4.4), as the vendor documents it, and its faults. */
export class TokenEndpoint {
  constructor(
    private readonly settings: SandboxSettings,
    private readonly client: Client,
    private readonly issuer: TokenIssuer,
    private readonly faults: FaultQueue,
    private readonly stats: Stats,
  ) {}

  reply(request: SandboxRequest): Reply {
    const end = this.stats.tokenRequest({
      contentType: request.mediaType,
      authentication: authenticationOf(request),
    });
    const isReadable = request.method === 'POST' && request.body !== undefined;
    const fault = isReadable ? this.faults.take() : undefined;
    const grant = (alteration: TokenAlteration = {}) => this.#grant(request, alteration);
    const reply =
      request.method !== 'POST'
        ? METHOD_NOT_ALLOWED
        : fault === undefined
          ? grant()
          : faultyReply(fault, grant);
    const { 'Content-Type': contentType = '', ...headers } = reply.headers;
    return {
      ...reply,
      headers: { 'Content-Type': contentType, ...NOT_CACHED, ...headers },
      delayMs: fault?.delayMs ?? 0,
      dateMs: fault?.omitDate ? null : this.settings.now() + (fault?.clockSkewSeconds ?? 0) * 1000,
      onEnd: (isSent) => {
        end({
          status: isSent ? reply.status : null,
          carriedToken: isSent && reply.carriesToken === true,
        });
      },
    };
  }

  #grant(request: SandboxRequest, alteration: TokenAlteration): TokenReply {
    try {
      this.#authorize(request);
    } catch (error) {
      if (error instanceof OAuthError) return refusal(error);
      throw error;
    }
    return { ...jsonReply(200, this.#tokenBody(alteration)), carriesToken: true };
  }

  #authorize(request: SandboxRequest): void {
    const { clientId, clientSecret, grantType, viaHeader } = readTokenRequest(request);
    if (!this.client.authenticates(clientId, clientSecret)) {
      throw new OAuthError('invalid_client', 'Unknown client or wrong secret.', viaHeader);
    }
    if (grantType !== 'client_credentials') {
      throw new OAuthError('unsupported_grant_type', 'The only grant type is client_credentials.');
    }
  }

  #tokenBody({
    lifetimeSeconds = this.settings.tokenLifetimeSeconds,
    jwtLifetimeSeconds = lifetimeSeconds,
    clockSkewSeconds,
    reissue = false,
    set = {},
    remove = [],
  }: TokenAlteration): Record<string, unknown> {
    const last = reissue ? this.issuer.lastToken : undefined;
    const body = {
      access_token:
        last ?? this.issuer.issue({ lifetimeSeconds: jwtLifetimeSeconds, clockSkewSeconds }),
      token_type: 'Bearer',
      expires_in: lifetimeSeconds,
      scope: ['iframe'],
      ...set,
    };
    return Object.fromEntries(Object.entries(body).filter(([name]) => !remove.includes(name)));
  }
}

function refusal({ code, message, viaHeader }: OAuthError): TokenReply {
  return jsonReply(
    code === 'invalid_client' ? 401 : 400,
    { error: code, error_description: message },
    viaHeader ? { 'WWW-Authenticate': 'Basic realm="phoenix-sandbox", charset="UTF-8"' } : {},
  );
}

const METHOD_NOT_ALLOWED: TokenReply = jsonReply(
  405,
  { error: 'invalid_request', error_description: 'The token endpoint accepts POST only.' },
  { Allow: 'POST' },
);
