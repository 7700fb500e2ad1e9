import type { HttpService } from '@nestjs/axios';
import { Inject, Injectable } from '@nestjs/common';
import { isAxiosError } from 'axios';
import { firstValueFrom } from 'rxjs';
import { PhoenixError } from '../phoenix-error.js';
import { PHOENIX_CLOCK, PHOENIX_HTTP, PHOENIX_SETTINGS } from '../phoenix.tokens.js';
import type { PhoenixSettings } from '../phoenix.settings.js';
import { AccessToken, instantOf } from './access-token.js';
import type { Clock } from './clock.js';
import { encodeTokenRequest, type EncodedTokenRequest } from './token-request.js';
import { invalidResponse, readTokenReply, type TokenHttpReply } from './token-response.js';

/** One token response of the vendor is a few hundred bytes. */
const LARGEST_REPLY_BYTES = 64 * 1024;

/** Whoever issues access tokens: the vendor, or a stand-in for it. */
export interface TokenIssuer {
  /**
   * Makes one request, without retries.
   *
   * @throws {PhoenixError}
   */
  requestToken(signal: AbortSignal): Promise<AccessToken>;
}

/** Phoenix's token endpoint (RFC 6749 §4.4; vendor page api-reference/access-token). */
@Injectable()
export class TokenEndpoint implements TokenIssuer {
  constructor(
    @Inject(PHOENIX_HTTP) private readonly http: HttpService,
    @Inject(PHOENIX_SETTINGS) private readonly settings: PhoenixSettings,
    @Inject(PHOENIX_CLOCK) private readonly clock: Clock,
  ) {}

  async requestToken(signal: AbortSignal): Promise<AccessToken> {
    const { clientId, readClientSecret } = this.settings;
    const clientSecret = await readClientSecret();
    signal.throwIfAborted();
    const requestedAt = instantOf(this.clock);
    const reply = await this.post(
      encodeTokenRequest({ clientId, clientSecret }, this.settings),
      signal,
    );
    const grant = readTokenReply({ ...reply, requestedAtWallMs: requestedAt.wallMs });
    const { accessToken: value, lifetimeMs, scope } = grant;
    return new AccessToken({ value, lifetimeMs, scope, requestedAt }, this.clock);
  }

  private async post(
    request: EncodedTokenRequest,
    signal: AbortSignal,
  ): Promise<Omit<TokenHttpReply, 'requestedAtWallMs'>> {
    const { tokenUrl } = this.settings;
    try {
      const { status, headers, data } = await firstValueFrom(
        this.http.post<string>(tokenUrl, request.body, {
          adapter: 'http',
          // `false` keeps a host's default credentials off a request that is not the host's.
          headers: { Accept: 'application/json', Authorization: false, ...request.headers },
          // Plain http stays on this machine; a proxy would read the secret.
          ...(new URL(tokenUrl).protocol === 'http:' && { proxy: false }),
          maxRedirects: 0,
          maxContentLength: LARGEST_REPLY_BYTES,
          responseType: 'text',
          transformRequest: [],
          transformResponse: [],
          validateStatus: null,
          signal,
        }),
      );
      return { status, headers, body: data };
    } catch (error) {
      throw transportError(error);
    }
  }
}

/** An axios error holds the request with the client secret: it ends here. */
function transportError(error: unknown): PhoenixError {
  if (isAxiosError(error) && error.message.startsWith('maxContentLength')) {
    return invalidResponse(`the body is larger than ${LARGEST_REPLY_BYTES} bytes`);
  }
  const systemCode =
    isAxiosError(error) && /^[A-Z][A-Z0-9_]+$/.test(error.code ?? '') ? error.code : undefined;
  return new PhoenixError(
    'network_error',
    `The Phoenix token endpoint could not be reached${systemCode === undefined ? '' : ` (${systemCode})`}. ` +
      'Check tokenUrl, DNS, TLS certificates, proxy and firewall; it will be asked again.',
  );
}
