import {
  Inject,
  Injectable,
  Logger,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import type { PhoenixRegistration } from '../phoenix.registration.js';
import { PHOENIX_JWT_VERIFIER, PHOENIX_REGISTRATION } from '../phoenix.tokens.js';
import type { JwtClaims, VerifyJwt } from './jwt-verifier.js';
import { ProblemException } from './problem-details.js';
import { headerOf, requestOf } from './request-header.js';
import { BEARER_CHALLENGE, unauthorized } from './unauthorized.js';

/**
 * Admits signed-in users who present a JWT (`Authorization: Bearer`, RFC 6750) that fits
 * the option `jwt`. Its claims become `request.user`, for `lockParams` to use.
 *
 * @publicApi
 */
@Injectable()
export class JwtGuard implements CanActivate {
  private readonly logger: Logger;

  /** @internal */
  constructor(
    @Inject(PHOENIX_JWT_VERIFIER) private readonly verify: VerifyJwt,
    @Inject(PHOENIX_REGISTRATION) { logContext }: PhoenixRegistration,
  ) {
    this.logger = new Logger(logContext);
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = requestOf(context);
    const token = bearerToken(headerOf(request, 'authorization'));
    if (token === undefined) {
      throw unauthorized('Send a JWT in the header Authorization: Bearer.', BEARER_CHALLENGE);
    }
    request.user = await this.claimsOf(token);
    return true;
  }

  private async claimsOf(token: string): Promise<JwtClaims> {
    const verdict = await this.verify(token);
    switch (verdict.kind) {
      case 'accepted':
        return verdict.claims;
      case 'refused':
        this.logger.debug(`A JWT was not accepted: ${verdict.reason}.`);
        throw unauthorized(
          'The JWT is not accepted.',
          `${BEARER_CHALLENGE}, error="invalid_token"`,
        );
      case 'keys_unavailable':
        throw keysUnavailable(verdict.retryAfterMs);
    }
  }
}

function keysUnavailable(retryAfterMs: number): ProblemException {
  return new ProblemException(
    'keys_unavailable',
    'The keys that check your token cannot be fetched. Try again later.',
    { headers: { 'Retry-After': String(Math.max(1, Math.ceil(retryAfterMs / 1_000))) } },
  );
}

/** One space or more after the scheme, which is in any case (RFC 6750 §2.1, RFC 9110 §11.1). */
function bearerToken(authorization: string | undefined): string | undefined {
  return /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i.exec(authorization ?? '')?.[1];
}
