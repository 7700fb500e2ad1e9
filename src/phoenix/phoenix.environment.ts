import { readFile } from 'node:fs/promises';
import { PhoenixOptionsError, type OptionProblem } from './option-problems.js';
import { PhoenixError } from './phoenix-error.js';
import { readVariables, type Environment } from './environment-variables.js';
import { OPTION_GUIDE } from './phoenix.option-guide.js';
import type { ClientSecretSource, PhoenixOptions } from './phoenix.options.js';
import { findProblems } from './phoenix.settings.js';
import { secretProblem, utf8TextOf } from './secret-text.js';

const SECRET = 'PHOENIX_CLIENT_SECRET';
const SECRET_FILE = 'PHOENIX_CLIENT_SECRET_FILE';

/**
 * Reads the options from `PHOENIX_…` variables. Empty variables count as unset.
 *
 * @throws {PhoenixOptionsError} that lists every problem by the variable's name
 */
export function optionsFromEnvironment(environment: Environment): PhoenixOptions {
  const options = readVariables(OPTION_GUIDE, environment);
  const secretFile = environment[SECRET_FILE]?.trim();
  const problems: OptionProblem[] = [];
  if (secretFile) {
    if (options.clientSecret !== undefined) problems.push(TWO_SECRETS);
    options.clientSecret = secretReader(secretFile);
  }
  const candidate = options as unknown as PhoenixOptions;
  problems.push(...findProblems(candidate, 'env'));
  if (problems.length > 0) throw new PhoenixOptionsError(problems);
  return candidate;
}

const TWO_SECRETS: OptionProblem = {
  field: SECRET_FILE,
  problem: `is set together with ${SECRET}`,
  remedy: 'Keep the one that you rotate',
};

/** Read anew before every request, so that a mounted secret can be rotated. */
function secretReader(path: string): ClientSecretSource {
  return async () => {
    const bytes = await readFile(path).catch((error: unknown) => {
      const { code = 'unknown error' } = error as NodeJS.ErrnoException;
      throw unusableFile(`cannot be read (${code})`);
    });
    const secret = utf8TextOf(bytes)?.trim();
    if (secret === undefined) throw unusableFile('is not UTF-8: save it as UTF-8');
    if (secret === '') throw unusableFile('is empty');
    const problem = secretProblem(secret);
    if (problem !== undefined) throw unusableFile(problem);
    return secret;
  };
}

function unusableFile(what: string): PhoenixError {
  return new PhoenixError(
    'secret_unavailable',
    `The file that ${SECRET_FILE} names ${what}, so no token could be requested. ` +
      'Check its path, its permissions and the mount of the secret; it will be read again.',
  );
}
