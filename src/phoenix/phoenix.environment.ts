import { readFile } from 'node:fs/promises';
import { PhoenixOptionsError, type OptionProblem } from './option-problems.js';
import { OPTION_GUIDE, type EnvironmentKind } from './phoenix.option-guide.js';
import type { ClientSecretSource, PhoenixOptions } from './phoenix.options.js';
import { findProblems } from './phoenix.settings.js';

export type Environment = Readonly<Record<string, string | undefined>>;

const SECRET = 'PHOENIX_CLIENT_SECRET';
const SECRET_FILE = 'PHOENIX_CLIENT_SECRET_FILE';

/**
 * Reads the options from `PHOENIX_…` variables. Empty variables count as unset.
 *
 * @throws {PhoenixOptionsError} that lists every problem by the variable's name
 */
export function optionsFromEnvironment(environment: Environment): PhoenixOptions {
  const options: Record<string, unknown> = {};
  for (const [path, { env }] of Object.entries(OPTION_GUIDE)) {
    const text = env && environment[env.name]?.trim();
    if (env && text) assign(options, path, valueOf(text, env.kind));
  }
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
  return async () => (await readFile(path, 'utf8')).trim();
}

function assign(options: Record<string, unknown>, path: string, value: unknown): void {
  const [group, field] = path.split('.') as [string, string?];
  if (field === undefined) options[group] = value;
  else options[group] = { ...(options[group] as object | undefined), [field]: value };
}

/** Text that does not fit its kind is passed on as it is, for the schema to refuse it by name. */
function valueOf(text: string, kind: EnvironmentKind): unknown {
  switch (kind) {
    case 'integer':
      return /^-?\d+$/.test(text) ? Number(text) : text;
    case 'flag':
      return text === 'true' ? true : text === 'false' ? false : text;
    case 'list':
      return text
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== '');
    case 'parameters':
      return Object.fromEntries(new URLSearchParams(text));
    case 'text':
      return text;
  }
}
