import {
  Inject,
  Injectable,
  Logger,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { errors, type JWTPayload } from 'jose';
import type { PhoenixSettings } from '../phoenix.settings.js';
import type { PhoenixRegistration } from '../phoenix.registration.js';
import { PHOENIX_REGISTRATION, PHOENIX_SETTINGS } from '../phoenix.tokens.js';
import { verifierFor, type VerifyJwt } from './jwt-verifier.js';
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
  private readonly verify: VerifyJwt | undefined;
  private readonly logger: Logger;
  private keysAvailable = true;

  /** @internal */
  constructor(
    @Inject(PHOENIX_SETTINGS) settings: PhoenixSettings,
    @Inject(PHOENIX_REGISTRATION) { logContext }: PhoenixRegistration,
  ) {
    this.verify = settings.jwt && verifierFor(settings.jwt);
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

  private async claimsOf(token: string): Promise<JWTPayload> {
    try {
      if (this.verify !== undefined) {
        const claims = await this.verify(token);
        this.tellOfKeys(true);
        return claims;
      }
    } catch (error) {
      if (isAboutTheToken(error)) {
        this.logger.debug(`A JWT was not accepted: ${reasonOf(error)}.`);
      } else {
        this.tellOfKeys(false, error);
        throw new ProblemException(
          'keys_unavailable',
          'The keys that check your token cannot be fetched. Try again later.',
          { headers: { 'Retry-After': '5' } },
        );
      }
    }
    throw unauthorized('The JWT is not accepted.', `${BEARER_CHALLENGE}, error="invalid_token"`);
  }

  /** Once per outage, and once when it is over. */
  private tellOfKeys(available: boolean, error?: unknown): void {
    if (available === this.keysAvailable) return;
    this.keysAvailable = available;
    if (available) {
      this.logger.log('The keys that check JWTs can be fetched again.');
    } else {
      this.logger.warn(
        `The keys that check JWTs cannot be fetched (${reasonOf(error)}), so callers with a JWT get 503. ` +
          'Check jwt.jwksUrl (PHOENIX_JWT_JWKS_URL), DNS, TLS certificates and firewall.',
      );
    }
  }
}

/** Unreachable or broken key sets are our problem; everything else is the token's. */
function isAboutTheToken(error: unknown): boolean {
  if (error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid) return false;
  return error instanceof errors.JOSEError && error.code !== 'ERR_JOSE_GENERIC';
}

/** Codes and names of claims only: the error of a JWT may quote it. */
function reasonOf(error: unknown): string {
  const { code, claim, cause } = error as {
    code?: string;
    claim?: string;
    cause?: { code?: string };
  };
  const name = cause?.code ?? code ?? 'no usable reply';
  return claim === undefined ? name : `${name}, ${claim}`;
}

function bearerToken(authorization: string | undefined): string | undefined {
  return /^Bearer ([A-Za-z0-9._~+/-]+=*)$/i.exec(authorization ?? '')?.[1];
}
