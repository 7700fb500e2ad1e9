import { registerAs } from '@nestjs/config';
import { optionsFromEnvironment } from './phoenix.environment.js';
import { withHiddenSecrets } from './sealed-options.js';

/**
 * The options from `PHOENIX_…` environment variables, for `@nestjs/config`. Secrets stand behind
 * functions and hashes, so that nothing prints them.
 *
 * @example
 * ```ts
 * const fromEnvironment = phoenixConfig.asProvider();
 * PhoenixModule.forRootAsync({
 *   ...fromEnvironment,
 *   imports: [...fromEnvironment.imports, SessionModule],
 *   controller: { guards: [SessionGuard] },
 * })
 * ```
 *
 * @publicApi
 */
export const phoenixConfig = registerAs('phoenix', () =>
  withHiddenSecrets(optionsFromEnvironment(process.env)),
);

/** Whether this process runs tests, as Jest and Vitest say it. */
export function runsTests(): boolean {
  return process.env.NODE_ENV === 'test';
}
