import { Inject, type Type } from '@nestjs/common';
import { PhoenixHealthIndicator } from './health/phoenix.health.js';
import { PhoenixIframeService } from './iframe/phoenix-iframe.service.js';
import { PhoenixTokenService } from './token/phoenix-token.service.js';

/**
 * The injection token of a registration's token service: the class itself, or a
 * string for a named registration.
 *
 * @publicApi
 */
export function getPhoenixTokenServiceToken(name?: string): string | Type<PhoenixTokenService> {
  return name === undefined ? PhoenixTokenService : `phoenix:token-service:${name}`;
}

/**
 * The injection token of a registration's iframe service.
 *
 * @publicApi
 */
export function getPhoenixIframeServiceToken(name?: string): string | Type<PhoenixIframeService> {
  return name === undefined ? PhoenixIframeService : `phoenix:iframe-service:${name}`;
}

/**
 * The injection token of a registration's health indicator.
 *
 * @publicApi
 */
export function getPhoenixHealthIndicatorToken(
  name?: string,
): string | Type<PhoenixHealthIndicator> {
  return name === undefined ? PhoenixHealthIndicator : `phoenix:health-indicator:${name}`;
}

/** Under what a registration's services are injected. */
export interface RegistrationTokens {
  readonly tokenService: string | Type<PhoenixTokenService>;
  readonly iframeService: string | Type<PhoenixIframeService>;
  readonly healthIndicator: string | Type<PhoenixHealthIndicator>;
}

export function registrationTokens(name?: string): RegistrationTokens {
  return {
    tokenService: getPhoenixTokenServiceToken(name),
    iframeService: getPhoenixIframeServiceToken(name),
    healthIndicator: getPhoenixHealthIndicatorToken(name),
  };
}

/**
 * Injects the token service of a registration, and nothing else of it. Its iframe service and health
 * indicator are injected with `@Inject(getPhoenixIframeServiceToken(name))` and
 * `@Inject(getPhoenixHealthIndicatorToken(name))`.
 *
 * @example
 * ```ts
 * constructor(@InjectPhoenix('eu') private readonly phoenix: PhoenixTokenService) {}
 * ```
 *
 * @publicApi
 */
export function InjectPhoenix(name?: string): ParameterDecorator & PropertyDecorator {
  return Inject(getPhoenixTokenServiceToken(name));
}
