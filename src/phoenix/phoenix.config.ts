import { registerAs } from '@nestjs/config';
import { optionsFromEnvironment } from './phoenix.environment.js';

/**
 * The options from `PHOENIX_…` environment variables, for `@nestjs/config`.
 *
 * @example
 * ```ts
 * PhoenixModule.forRootAsync(phoenixConfig.asProvider())
 * ```
 *
 * @publicApi
 */
export const phoenixConfig = registerAs('phoenix', () => optionsFromEnvironment(process.env));
