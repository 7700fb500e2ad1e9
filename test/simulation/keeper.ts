import type { Clock, Random } from '../../src/phoenix/token/clock.js';
import type { TokenIssuer } from '../../src/phoenix/token/token-endpoint.js';
import type { TokenLifecycleEvent } from '../../src/phoenix/token/token-events.js';
import { TokenKeeper } from '../../src/phoenix/token/token-keeper.js';
import type { TokenPolicy } from '../../src/phoenix/token/token-policy.js';
import {
  TokenRenewal,
  type ClientSecretReader,
  type RenewalLimits,
} from '../../src/phoenix/token/token-renewal.js';

/** The defaults of `PhoenixOptions`. */
export const DEFAULT_POLICY: TokenPolicy = {
  refreshAheadMs: 600_000,
  expirySkewMs: 30_000,
  minRemainingMs: 60_000,
};

/** The defaults of `PhoenixOptions`. */
export const DEFAULT_LIMITS: RenewalLimits = {
  requestTimeoutMs: 5_000,
  acquireTimeoutMs: 10_000,
  maxAttempts: 3,
};

/** A secret that is at hand. */
export const readSecret: ClientSecretReader = () => Promise.resolve('s3cret');

export interface KeeperParts {
  readonly issuer: TokenIssuer;
  readonly clock: Clock;
  readonly random?: Random;
  readonly policy?: Partial<TokenPolicy>;
  readonly limits?: Partial<RenewalLimits>;
}

/** A keeper put together like the module does it. */
export function keeperOf({
  issuer,
  clock,
  random = () => 0,
  policy,
  limits,
}: KeeperParts): TokenKeeper {
  return new TokenKeeper(
    new TokenRenewal(issuer, readSecret, { ...DEFAULT_LIMITS, ...limits }, clock, random),
    { ...DEFAULT_POLICY, ...policy },
    clock,
    random,
  );
}

/** The list that every event of the keeper is added to. */
export function eventsOf(keeper: TokenKeeper): TokenLifecycleEvent[] {
  const events: TokenLifecycleEvent[] = [];
  keeper.events$.subscribe((event) => events.push(event));
  return events;
}
