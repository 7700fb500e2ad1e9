import { Module, type DynamicModule, type ExecutionContext } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { ScheduleModule } from '@nestjs/schedule';
import { ThrottlerGuard, ThrottlerModule, type ThrottlerModuleOptions } from '@nestjs/throttler';
import type { FastifyRequest } from 'fastify';
import { phoenixConfig, PhoenixModule } from './phoenix/index.js';
import { HttpProblemFilter } from './service/http-problem.filter.js';
import { serviceConfig, type ServiceSettings } from './service/service.config.js';

/** The service: the module with configuration, rate limit and problem details around it. */
@Module({
  imports: [
    ScheduleModule.forRoot(),
    ThrottlerModule.forRootAsync({ ...serviceConfig.asProvider(), useFactory: rateLimit }),
    PhoenixModule.forRootAsync({ ...phoenixConfig.asProvider(), health: { path: 'health' } }),
  ],
  providers: [
    { provide: APP_GUARD, useClass: ThrottlerGuard },
    { provide: APP_FILTER, useClass: HttpProblemFilter },
  ],
})
export class AppModule {
  /** @param imports the configuration, and what else shall run beside the service */
  static register(imports: NonNullable<DynamicModule['imports']>): DynamicModule {
    return { module: AppModule, imports };
  }
}

function rateLimit({ rateLimitPerMinute }: ServiceSettings): ThrottlerModuleOptions {
  return {
    throttlers: [{ ttl: 60_000, limit: rateLimitPerMinute }],
    errorMessage: 'Too many requests from your address. Wait as long as Retry-After says.',
    skipIf: (context) => rateLimitPerMinute === 0 || isProbe(context),
  };
}

/** Kubernetes asks often, and from one address. */
function isProbe(context: ExecutionContext): boolean {
  return context.switchToHttp().getRequest<FastifyRequest>().url.startsWith('/health');
}
