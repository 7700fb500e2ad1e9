import { Module, type DynamicModule } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { APP_FILTER } from '@nestjs/core';
import { ScheduleModule } from '@nestjs/schedule';
import {
  CredentialGuard,
  phoenixConfig,
  PhoenixModule,
  type PhoenixOptions,
} from './phoenix/index.js';
import { RedisTokenStore } from './phoenix/redis/index.js';
import { HttpProblemFilter } from './service/http-problem.filter.js';
import { HEALTH_PATH } from './service/probes.js';
import type { ServiceSettings } from './service/service.config.js';
import type { StoreConfig } from './service/store.config.js';

export interface AppModuleOptions extends Pick<ServiceSettings, 'healthDetails'> {
  readonly store: StoreConfig;
  /** The configuration, and what else is to run beside the service. */
  readonly imports: NonNullable<DynamicModule['imports']>;
}

/** The service: the module with configuration and problem details around it. */
@Module({
  imports: [ScheduleModule.forRoot()],
  providers: [{ provide: APP_FILTER, useClass: HttpProblemFilter }],
})
export class AppModule {
  static register({ healthDetails, store, imports }: AppModuleOptions): DynamicModule {
    const phoenix = PhoenixModule.forRootAsync({
      imports: [ConfigModule.forFeature(phoenixConfig)],
      inject: [phoenixConfig.KEY],
      useFactory: (options: PhoenixOptions) => withStore(options, store),
      health: {
        path: HEALTH_PATH,
        ...(healthDetails === 'guarded' && { guards: [CredentialGuard] }),
      },
    });
    return { module: AppModule, imports: [phoenix, ...imports] };
  }
}

function withStore(options: PhoenixOptions, { redis, nodes }: StoreConfig): PhoenixOptions {
  if (redis === undefined) return options;
  return { ...options, store: RedisTokenStore.watching(nodes, redis()) };
}
