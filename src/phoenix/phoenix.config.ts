import { registerAs } from '@nestjs/config';
import { optionsFromEnvironment } from './phoenix.environment.js';

/**
 * The options from `PHOENIX_…` environment variables, for `@nestjs/config`.
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
export const phoenixConfig = registerAs('phoenix', () => optionsFromEnvironment(process.env));
