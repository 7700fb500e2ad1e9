import {
  Controller,
  Get,
  Inject,
  UseFilters,
  UseGuards,
  type CanActivate,
  type Type,
} from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiSecurity, ApiTags } from '@nestjs/swagger';
import { HealthCheck, HealthCheckService, type HealthCheckResult } from '@nestjs/terminus';
import { PhoenixLivenessDto } from './health.dto.js';
import { ApiHealthReplies } from './health.openapi.js';
import type { SecurityRequirement } from '../http/admission.js';
import { PhoenixExceptionFilter } from '../http/phoenix-exception.filter.js';
import {
  ApiForbidden,
  ApiTooManyRequests,
  ApiUnauthenticated,
  type GuardAnswers,
} from '../http/phoenix.openapi.js';
import type { RegistrationTokens } from '../inject-phoenix.decorator.js';
import { ownHandlers } from '../own-handlers.js';
import type { RouteFace } from '../phoenix.registration.js';
import type { PhoenixHealthIndicator } from './phoenix.health.js';

/** Probes for Kubernetes, unguarded, and details for people; none of them causes a token request. */
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
  @ApiHealthReplies({ details: true })
  details(): Promise<HealthCheckResult> {
    return this.health.check([() => this.indicator.check()]);
  }
}

export interface HealthFace extends RouteFace {
  readonly className: string;
  /** Of the details alone. */
  readonly guards: readonly (Type<CanActivate> | CanActivate)[];
  readonly securityRequirements: readonly SecurityRequirement[];
  readonly answeredBy: GuardAnswers;
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
  ownHandlers(RegisteredHealthController, ['live', 'ready'], face.handlerDecorators);
  ownHandlers(
    RegisteredHealthController,
    ['details'],
    [...detailsDecorators(face), ...face.handlerDecorators],
  );
  Object.defineProperty(RegisteredHealthController, 'name', {
    value: `${face.className}HealthController`,
  });
  return RegisteredHealthController;
}

/** Without guards of ours the details are open, whatever scheme the rest of the application demands. */
function detailsDecorators(face: HealthFace): MethodDecorator[] {
  const guarded = face.guards.length > 0;
  const operation = ApiOperation({
    ...(!guarded && { security: [] }),
    summary: 'The state of the token',
    description: 'Life left, next refresh, and the failure that still stands. Holds no secret.',
  });
  if (!guarded) return [operation];
  return [
    operation,
    UseGuards(...face.guards),
    UseFilters(PhoenixExceptionFilter),
    ...ApiUnauthenticated(face.answeredBy),
    ...(face.answeredBy.us ? [ApiTooManyRequests()] : []),
    ...(face.answeredBy.host ? [ApiForbidden()] : []),
    ...face.securityRequirements.map((requirement) => ApiSecurity(requirement)),
  ];
}
