import { Inject, Module, Optional, type OnModuleInit } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { PhoenixError } from './phoenix-error.js';
import { ConfigurableModuleClass } from './phoenix.module-definition.js';
import { checkInstances } from './phoenix.instance-check.js';
import type { PhoenixRegistration } from './phoenix.registration.js';
import { PHOENIX_REGISTRATION } from './phoenix.tokens.js';

/**
 * Keeps one Phoenix access token alive and hands it out.
 * Needs `ScheduleModule.forRoot()` in the application, once, for its hourly cron job, and is
 * not for `LazyModuleLoader`, with which Nest runs neither cron jobs nor shutdown hooks.
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
export class PhoenixModule extends ConfigurableModuleClass implements OnModuleInit {
  readonly #check: () => void;

  /** @internal */
  constructor(
    @Inject(ModulesContainer) modules: ModulesContainer,
    @Optional() @Inject(PHOENIX_REGISTRATION) registration?: PhoenixRegistration,
  ) {
    super();
    if (registration === undefined) throw missingOptions();
    this.#check = () => {
      checkInstances(registration, modules);
    };
  }

  /**
   * Called by Nest.
   *
   * @throws {PhoenixError} `missing_guard` or `request_scoped_options`
   */
  onModuleInit(): void {
    this.#check();
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
