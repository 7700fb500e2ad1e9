import {
  phoenixOptionsFromEnvironment,
  PhoenixOptionsError,
  type OptionProblem,
} from '../phoenix/index.js';
import { redisStoreOptionsFromEnvironment } from '../phoenix/redis/index.js';
import { findServiceProblems } from './service.config.js';
import { StartupError } from './startup-error.js';

const CREDENTIALS = ['PHOENIX_API_KEYS', 'PHOENIX_JWT_SECRET', 'PHOENIX_JWT_JWKS_URL'];

const NO_CREDENTIALS: OptionProblem = {
  field: CREDENTIALS.join(', '),
  problem: 'are all missing, so nobody could call',
  remedy: 'Set at least one of them',
};

/** Everything that is wrong with the environment, in one message. */
export class ConfigurationError extends StartupError {
  override readonly name = 'ConfigurationError';

  constructor(readonly problems: readonly OptionProblem[]) {
    const lines = problems.map(
      ({ field, problem, remedy }) => `  - ${field} ${problem}. ${remedy}.`,
    );
    super(['The service cannot start, because its configuration is wrong:', ...lines].join('\n'));
  }
}

/**
 * Checks all variables of the service and of the module, for `@nestjs/config`.
 *
 * @throws {ConfigurationError}
 */
export function validateEnvironment(env: Record<string, string | undefined>): typeof env {
  const problems = [
    ...problemsFound(() => phoenixOptionsFromEnvironment(env)),
    ...problemsFound(() => redisStoreOptionsFromEnvironment(env)),
    ...findServiceProblems(env),
  ];
  if (CREDENTIALS.every((name) => !env[name]?.trim())) problems.push(NO_CREDENTIALS);
  if (problems.length > 0) throw new ConfigurationError(problems);
  return env;
}

function problemsFound(read: () => unknown): readonly OptionProblem[] {
  try {
    read();
    return [];
  } catch (error) {
    if (error instanceof PhoenixOptionsError) return error.problems;
    throw error;
  }
}
