import { Inject, Module, Optional } from '@nestjs/common';
import { PhoenixError } from './phoenix-error.js';
import { ConfigurableModuleClass } from './phoenix.module-definition.js';
import { PHOENIX_REGISTRATION } from './phoenix.tokens.js';

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
export class PhoenixModule extends ConfigurableModuleClass {
  /** @internal */
  constructor(@Optional() @Inject(PHOENIX_REGISTRATION) registration?: unknown) {
    super();
    if (registration === undefined) throw missingOptions();
  }
}

function missingOptions(): PhoenixError {
  return new PhoenixError(
    'missing_options',
    'PhoenixModule cannot start, because a module imports the bare class. Call PhoenixModule.forRoot() or ' +
      'forRootAsync(), once. For the services to be injected in other modules, too, give isGlobal: true there ' +
      '(forRoot({ …, isGlobal: true })), and leave PhoenixModule out of their imports.',
  );
}
