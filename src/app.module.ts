import { Module, type DynamicModule, type ExecutionContext } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { ScheduleModule } from '@nestjs/schedule';
import { ThrottlerGuard, ThrottlerModule, type ThrottlerModuleOptions } from '@nestjs/throttler';
import type { FastifyRequest } from 'fastify';
import { phoenixConfig, PhoenixModule, type PhoenixOptions } from './phoenix/index.js';
import { RedisTokenStore } from './phoenix/redis/index.js';
import { storeConfig, type StoreConfig } from './service/store.config.js';
import { HttpProblemFilter } from './service/http-problem.filter.js';
import { serviceConfig, type ServiceSettings } from './service/service.config.js';

/** The service: the module with configuration, rate limit and problem details around it. */
@Module({
  imports: [
    ScheduleModule.forRoot(),
    ThrottlerModule.forRootAsync({ ...serviceConfig.asProvider(), useFactory: rateLimit }),
    PhoenixModule.forRootAsync({
      imports: [ConfigModule.forFeature(phoenixConfig), ConfigModule.forFeature(storeConfig)],
      inject: [phoenixConfig.KEY, storeConfig.KEY],
      useFactory: (options: PhoenixOptions, { redis }: StoreConfig) =>
        redis === undefined ? options : { ...options, store: new RedisTokenStore(redis) },
      health: { path: 'health' },
    }),
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
