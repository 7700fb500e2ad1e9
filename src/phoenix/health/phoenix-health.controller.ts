import { Controller, Get, Inject, type Type } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { HealthCheck, HealthCheckService, type HealthCheckResult } from '@nestjs/terminus';
import { PhoenixLivenessDto } from './health.dto.js';
import { ApiHealthReplies } from './health.openapi.js';
import type { RegistrationTokens } from '../inject-phoenix.decorator.js';
import type { RouteFace } from '../phoenix.registration.js';
import type { PhoenixHealthIndicator } from './phoenix.health.js';

/** Probes for Kubernetes and for people; unguarded, and none of them causes a token request. */
export abstract class PhoenixHealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicator: PhoenixHealthIndicator,
  ) {}

  @Get('live')
  @HealthCheck({ noCache: true, swaggerDocumentation: false })
  @ApiOperation({
    security: [],
    summary: 'Is the process alive?',
    description: 'Never depends on Phoenix: restarting us would not bring the vendor back.',
  })
  @ApiResponse({ status: 200, description: 'Alive.', type: PhoenixLivenessDto })
  live(): PhoenixLivenessDto {
    return { status: 'ok' };
  }

  @Get('ready')
  @HealthCheck({ noCache: true, swaggerDocumentation: false })
  @ApiOperation({
    security: [],
    summary: 'Can it hand out a token?',
    description: 'Ready while a usable token is at hand, even if Phoenix is down.',
  })
  @ApiHealthReplies({ details: false })
  ready(): Promise<HealthCheckResult> {
    return this.health.check([() => this.indicator.checkReadiness()]);
  }

  @Get()
  @HealthCheck({ noCache: true, swaggerDocumentation: false })
  @ApiOperation({
    security: [],
    summary: 'The state of the token',
    description: 'Life left, next refresh, and the failure that still stands. Holds no secret.',
  })
  @ApiHealthReplies({ details: true })
  details(): Promise<HealthCheckResult> {
    return this.health.check([() => this.indicator.check()]);
  }
}

export interface HealthFace extends RouteFace {
  readonly className: string;
  readonly tokens: Pick<RegistrationTokens, 'healthIndicator'>;
}

/** A controller class of its own, so that no two registrations share metadata. */
export function createHealthController(face: HealthFace): Type<PhoenixHealthController> {
  @ApiTags('Health')
  @Controller({ path: face.path, ...(face.version !== undefined && { version: face.version }) })
  class RegisteredHealthController extends PhoenixHealthController {
    constructor(
      @Inject(HealthCheckService) health: HealthCheckService,
      @Inject(face.tokens.healthIndicator) indicator: PhoenixHealthIndicator,
    ) {
      super(health, indicator);
    }
  }

  for (const decorate of face.decorators) decorate(RegisteredHealthController);
  Object.defineProperty(RegisteredHealthController, 'name', {
    value: `${face.className}HealthController`,
  });
  return RegisteredHealthController;
}
