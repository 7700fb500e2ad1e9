import { Injectable } from '@nestjs/common';
import type { HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import type { PhoenixRegistration } from '../phoenix.registration.js';
import type { PhoenixTokenService } from '../token/phoenix-token.service.js';
import type { PhoenixTokenStatus } from '../token/token-status.js';

/**
 * Tells whether a usable token is at hand. Never causes a token request.
 *
 * - `up`: a usable token, and the last refresh went well
 * - `degraded` (HTTP 200): a usable token, but the last refresh failed, or the store that replicas share is away;
 *   with Terminus 11, which lacks this state, `up` with `degraded: true`
 * - `down`: no usable token
 *
 * @example
 * ```ts
 * this.health.check([() => this.phoenix.check()]);
 * ```
 *
 * @publicApi
 */
@Injectable()
export class PhoenixHealthIndicator {
  /** @internal */
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly tokens: PhoenixTokenService,
    private readonly registration: PhoenixRegistration,
  ) {}

  /**
   * With the details: life left, next refresh, the failure that still stands.
   *
   * @param key name in the reply; default `phoenix`, or `phoenix-<name>` for a named registration
   */
  check(key = this.registration.healthKey): HealthIndicatorResult {
    const status = this.tokens.status();
    return this.verdict(key, status, detailsOf(status));
  }

  /** The bare verdict, for a probe that reads nothing else. */
  checkReadiness(key = this.registration.healthKey): HealthIndicatorResult {
    return this.verdict(key, this.tokens.status(), {});
  }

  private verdict(
    key: string,
    { state, lastError, sharing }: PhoenixTokenStatus,
    details: Record<string, unknown>,
  ): HealthIndicatorResult {
    const indicator = this.indicators.check(key);
    if (state !== 'FRESH' && state !== 'STALE') return indicator.down(details);
    const well = lastError === undefined && sharing?.available !== false;
    return well ? indicator.up(details) : degraded(indicator, details);
  }
}

type HealthIndicatorSession = ReturnType<HealthIndicatorService['check']>;

/** Terminus 11 knows no third state: there it is up, with `degraded: true`. */
function degraded(
  indicator: HealthIndicatorSession,
  details: Record<string, unknown>,
): HealthIndicatorResult {
  return 'degraded' in indicator
    ? indicator.degraded(details)
    : (indicator as Pick<HealthIndicatorSession, 'up'>).up({ ...details, degraded: true });
}

function detailsOf({ lastError, ...status }: PhoenixTokenStatus): Record<string, unknown> {
  return {
    state: status.state,
    expires_in: status.expiresInSeconds,
    expires_at: status.expiresAt?.toISOString() ?? null,
    refresh_after: status.refreshAfter?.toISOString() ?? null,
    refreshing: status.refreshing,
    next_refresh_at: status.nextRefreshAt?.toISOString() ?? null,
    last_error:
      lastError === undefined
        ? null
        : { code: lastError.code, at: lastError.at.toISOString(), failures: lastError.failures },
    ...(status.sharing !== undefined && {
      sharing: {
        status: status.sharing.available ? 'up' : 'degraded',
        rejected_records: status.sharing.rejectedRecords,
      },
    }),
  };
}
