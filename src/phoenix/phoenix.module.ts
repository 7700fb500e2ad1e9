import { Module } from '@nestjs/common';
import { ConfigurableModuleClass } from './phoenix.module-definition.js';

/**
 * Keeps one Phoenix access token alive and hands it out.
 * Needs `ScheduleModule.forRoot()` in the application, once, for its hourly cron job.
 *
 * @example
 * ```ts
 * PhoenixModule.forRoot({
 *   clientId: '…',
 *   clientSecret: () => secrets.read('phoenix'),
 *   controller: { guards: [SessionGuard] },
 * })
 * ```
 *
 * @publicApi
 */
@Module({})
export class PhoenixModule extends ConfigurableModuleClass {}
