import type { HttpService } from '@nestjs/axios';
import { Logger, type Provider } from '@nestjs/common';
import type { PhoenixError } from '../phoenix-error.js';
import type { PhoenixRegistration } from '../phoenix.registration.js';
import type { PhoenixSettings } from '../phoenix.settings.js';
import {
  PHOENIX_CLOCK,
  PHOENIX_HTTP,
  PHOENIX_JWT_VERIFIER,
  PHOENIX_REGISTRATION,
  PHOENIX_SETTINGS,
} from '../phoenix.tokens.js';
import type { Clock } from '../token/clock.js';
import { verifierFor, type VerifyJwt } from './jwt-verifier.js';
import { KeySetCache, type KeySetReporter } from './key-set-cache.js';
import { fetchKeySet } from './key-set-client.js';

/** Checks JWTs for all guards of a registration; without the option `jwt` it accepts none. */
export const jwtVerifier: Provider = {
  provide: PHOENIX_JWT_VERIFIER,
  inject: [PHOENIX_SETTINGS, PHOENIX_HTTP, PHOENIX_CLOCK, PHOENIX_REGISTRATION],
  useFactory: (
    { jwt, requestTimeoutMs }: PhoenixSettings,
    http: HttpService,
    clock: Clock,
    { logContext }: PhoenixRegistration,
  ): VerifyJwt => {
    if (jwt === undefined) return () => Promise.resolve(NOBODY_CONFIGURED);
    const logger = new Logger(logContext);
    if (jwt.audience === undefined) logger.warn(NO_AUDIENCE);
    const { jwksUrl = '' } = jwt;
    const fetch = async () => {
      const set = await fetchKeySet(http, { jwksUrl, requestTimeoutMs }, clock);
      if (set.ignored > 0) {
        logger.debug(`${set.ignored} keys of the JWKS cannot verify signatures, and are ignored.`);
      }
      return set;
    };
    return verifierFor(jwt, new KeySetCache(fetch, clock, Math.random, reporterTo(logger)));
  },
};

/** Only a secret needs none: a JWKS is refused without. */
const NO_AUDIENCE =
  'jwt.secret is set without jwt.audience, so a JWT that was made for another service with the same secret ' +
  'is accepted, too. Set jwt.audience (PHOENIX_JWT_AUDIENCE) to the aud that your tokens carry for this one.';

const NOBODY_CONFIGURED = { kind: 'refused', reason: 'the option jwt is not set' } as const;

/** Once per outage, and once when it is over. */
function reporterTo(logger: Logger): KeySetReporter {
  return {
    failed: ({ message }: PhoenixError) => {
      logger.warn(
        `The keys that check JWTs cannot be fetched (${message}). Keys of the last ten minutes go on ` +
          'serving; without them, callers with a JWT get 503. ' +
          'Check jwt.jwksUrl (PHOENIX_JWT_JWKS_URL), DNS, TLS certificates, proxy and firewall.',
      );
    },
    recovered: () => {
      logger.log('The keys that check JWTs can be fetched again.');
    },
  };
}
