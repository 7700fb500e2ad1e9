import type { Readable } from 'node:stream';
import type { HttpService } from '@nestjs/axios';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { firstValueFrom } from 'rxjs';
import { PhoenixError } from '../phoenix-error.js';
import { requestRules, textWithin } from '../phoenix.http-service.js';
import type { PhoenixRegistration } from '../phoenix.registration.js';
import {
  PHOENIX_CLOCK,
  PHOENIX_HTTP,
  PHOENIX_REGISTRATION,
  PHOENIX_SETTINGS,
} from '../phoenix.tokens.js';
import type { PhoenixSettings } from '../phoenix.settings.js';
import { AccessToken, instantOf } from './access-token.js';
import type { Clock } from './clock.js';
import { encodeTokenRequest, type EncodedTokenRequest } from './token-request.js';
import {
  invalidResponse,
  isSuccess,
  readTokenReply,
  type TokenHttpReply,
} from './token-response.js';

/** One token response of the vendor is a few hundred bytes. */
const LARGEST_REPLY_BYTES = 64 * 1024;
/** What is wrong may be told in a body, but the status says enough to do without it. */
const LONGEST_EXPLANATION_MS = 1_000;

/** Whoever issues access tokens: the vendor, or a stand-in for it. */
export interface TokenIssuer {
  /**
   * Makes one request, without retries.
   *
   * @param held the token that it is to replace
   * @throws {PhoenixError}
   */
  requestToken(signal: AbortSignal, clientSecret: string, held?: AccessToken): Promise<AccessToken>;
}

/** Phoenix's token endpoint (RFC 6749 §4.4; vendor page api-reference/access-token). */
@Injectable()
export class TokenEndpoint implements TokenIssuer {
  #lastIssued: string | undefined;
  #warned = false;

  constructor(
    @Inject(PHOENIX_HTTP) private readonly http: HttpService,
    @Inject(PHOENIX_SETTINGS) private readonly settings: PhoenixSettings,
    @Inject(PHOENIX_CLOCK) private readonly clock: Clock,
    @Inject(PHOENIX_REGISTRATION) private readonly registration: PhoenixRegistration,
  ) {}

  async requestToken(
    signal: AbortSignal,
    clientSecret: string,
    held?: AccessToken,
  ): Promise<AccessToken> {
    const { clientId, assumedLifetimeSeconds } = this.settings;
    const requestedAt = instantOf(this.clock);
    const reply = await this.post(
      encodeTokenRequest({ clientId, clientSecret }, this.settings),
      signal,
    );
    const tokens = [held?.value, this.#lastIssued].filter((token) => token !== undefined);
    const grant = readTokenReply(
      { ...reply, requestedAtWallMs: requestedAt.wallMs },
      {
        style: this.settings,
        workedBefore: this.#lastIssued !== undefined,
        assumedLifetimeMs: assumedLifetimeSeconds * 1000,
        confidential: { clientId, clientSecret, tokens },
      },
    );
    const { accessToken: value, lifetimeMs, lifetimeAssumed, scope } = grant;
    this.#lastIssued = value;
    if (lifetimeAssumed) this.warnOfAssumption();
    return new AccessToken({ value, lifetimeMs, scope, requestedAt }, this.clock);
  }

  private warnOfAssumption(): void {
    if (this.#warned) return;
    this.#warned = true;
    new Logger(this.registration.logContext).warn(
      'Neither the token nor the reply that brought it tells a lifetime, so ' +
        `${this.settings.assumedLifetimeSeconds} s are assumed. If its tokens live shorter, callers get dead ` +
        'ones: set assumedLifetimeSeconds (PHOENIX_ASSUMED_LIFETIME_SECONDS) to what the vendor says.',
    );
  }

  private async post(
    request: EncodedTokenRequest,
    signal: AbortSignal,
  ): Promise<Omit<TokenHttpReply, 'requestedAtWallMs'>> {
    const { tokenUrl } = this.settings;
    try {
      const { status, headers, data } = await firstValueFrom(
        this.http.post<Readable>(tokenUrl, request.body, {
          ...requestRules(tokenUrl),
          // `false` keeps a host's default credentials off a request that is not the host's.
          headers: { Accept: 'application/json', Authorization: false, ...request.headers },
          signal,
        }),
      );
      return { status, headers, body: await this.bodyOf(data, status) };
    } catch (error) {
      throw transportError(error);
    }
  }

  /** A refusal is one, with its `Retry-After`, whatever becomes of its body, and in time to say so. */
  private async bodyOf(reply: Readable, status: number): Promise<string> {
    if (isSuccess(status)) return textOf(reply);
    if (status < 400) {
      reply.destroy();
      return '';
    }
    const waitMs = Math.min(LONGEST_EXPLANATION_MS, this.settings.requestTimeoutMs / 2);
    const cancel = this.clock.schedule(() => reply.destroy(), waitMs);
    try {
      return await textOf(reply);
    } catch {
      return '';
    } finally {
      cancel();
    }
  }
}

async function textOf(reply: Readable): Promise<string> {
  const text = await textWithin(LARGEST_REPLY_BYTES, reply);
  if (text !== undefined) return text;
  throw invalidResponse(`the body is larger than ${LARGEST_REPLY_BYTES} bytes`);
}

/** An axios error holds the request with the client secret: it ends here. */
function transportError(error: unknown): PhoenixError {
  if (error instanceof PhoenixError) return error;
  const { code } = error as NodeJS.ErrnoException;
  const systemCode = /^[A-Z][A-Z0-9_]+$/.test(code ?? '') ? ` (${code})` : '';
  return new PhoenixError(
    'network_error',
    `The Phoenix token endpoint could not be reached${systemCode}. ` +
      'Check tokenUrl, DNS, TLS certificates, proxy and firewall; it will be asked again.',
  );
}
