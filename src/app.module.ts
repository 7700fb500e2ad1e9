import { Module, type DynamicModule } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { ScheduleModule } from '@nestjs/schedule';
import { ThrottlerGuard, ThrottlerModule } from '@nestjs/throttler';
import {
  CredentialGuard,
  phoenixConfig,
  PhoenixModule,
  type PhoenixOptions,
} from './phoenix/index.js';
import { RedisTokenStore } from './phoenix/redis/index.js';
import { storeConfig, type StoreConfig } from './service/store.config.js';
import { HttpProblemFilter } from './service/http-problem.filter.js';
import { HEALTH_PATH } from './service/probes.js';
import { rateLimit } from './service/rate-limit.js';
import { serviceConfig, type ServiceSettings } from './service/service.config.js';

/** Once for both who use it, since they share what they know of its nodes. */
const storeFeature = ConfigModule.forFeature(storeConfig);

/** The service: the module with configuration, rate limit and problem details around it. */
@Module({
  imports: [
    ScheduleModule.forRoot(),
    ThrottlerModule.forRootAsync({
      imports: [ConfigModule.forFeature(serviceConfig), storeFeature],
      inject: [serviceConfig.KEY, storeConfig.KEY],
      useFactory: rateLimit,
    }),
  ],
  providers: [
    { provide: APP_GUARD, useClass: ThrottlerGuard },
    { provide: APP_FILTER, useClass: HttpProblemFilter },
  ],
})
export class AppModule {
  /** @param imports the configuration, and what else is to run beside the service */
  static register(
    { healthDetails }: Pick<ServiceSettings, 'healthDetails'>,
    imports: NonNullable<DynamicModule['imports']>,
  ): DynamicModule {
    const phoenix = PhoenixModule.forRootAsync({
      imports: [ConfigModule.forFeature(phoenixConfig), storeFeature],
      inject: [phoenixConfig.KEY, storeConfig.KEY],
      useFactory: (options: PhoenixOptions, { redis, nodes }: StoreConfig) =>
        redis === undefined
          ? options
          : { ...options, store: RedisTokenStore.watching(nodes, redis()) },
      health: {
        path: HEALTH_PATH,
        ...(healthDetails === 'guarded' && { guards: [CredentialGuard] }),
      },
    });
    return { module: AppModule, imports: [phoenix, ...imports] };
  }
}
