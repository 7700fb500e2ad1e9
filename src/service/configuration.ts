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

  constructor(problems: readonly OptionProblem[]) {
    const lines = problems.map(
      ({ field, problem, remedy }) => `  - ${field} ${problem}. ${remedy}.`,
    );
    super(['The service cannot start, because its configuration is wrong:', ...lines].join('\n'));
  }
}

/**
 * Checks all variables of the service and of the module.
 *
 * @throws {ConfigurationError}
 */
export function validateEnvironment(env: Variables): void {
  const problems = findProblems(env);
  if (problems.length > 0) {
    throw new ConfigurationError([...problems, ...unreadVariables(env).map(unread)]);
  }
}

/** Variables that look like ours, and that nothing reads: most likely misspelt. */
export function unreadVariables(env: Variables): string[] {
  const read = new Set<PropertyKey>();
  findProblems(
    new Proxy(env, {
      get: (variables, name: string) => {
        read.add(name);
        return variables[name];
      },
    }),
  );
  return Object.keys(env).filter(
    (name) => name.startsWith('PHOENIX_') && !read.has(name) && !isOfKubernetes(name, env),
  );
}

function unread(field: string): OptionProblem {
  return { field, problem: 'is set, but nothing reads it', remedy: 'Check its spelling' };
}

/** Kubernetes tells every pod of every Service, such as phoenix-redis: of its host always, and of its ports. */
function isOfKubernetes(variable: string, env: Variables): boolean {
  return Object.keys(env).some((name) => {
    const [, service] = /^(PHOENIX\w*)_SERVICE_HOST$/.exec(name) ?? [];
    return (
      service !== undefined &&
      variable.startsWith(service) &&
      /^_(SERVICE_HOST|(SERVICE_)?PORT)(_|$)/.test(variable.slice(service.length))
    );
  });
}

type Variables = Record<string, string | undefined>;

function findProblems(env: Variables): OptionProblem[] {
  const problems = [
    ...problemsFound(() => phoenixOptionsFromEnvironment(env)),
    ...problemsFound(() => redisStoreOptionsFromEnvironment(env)),
    ...findServiceProblems(env),
  ];
  const credentials = CREDENTIALS.filter((name) => env[name]?.trim());
  return credentials.length > 0 ? problems : [...problems, NO_CREDENTIALS];
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
