import type { z } from 'zod';
import { PhoenixError } from './phoenix-error.js';
import { OPTION_GUIDE } from './phoenix.option-guide.js';

/** What is wrong with one setting. Never holds the value: it may be a secret. */
export interface OptionProblem {
  readonly field: string;
  readonly problem: string;
  readonly remedy: string;
}

/** All that is wrong with a configuration, in one error. */
export class PhoenixOptionsError extends PhoenixError {
  constructor(readonly problems: readonly OptionProblem[]) {
    const heading = 'PhoenixModule cannot start, because its options are wrong:';
    super('invalid_options', [heading, ...problems.map(lineOf)].join('\n'));
  }
}

export type NameStyle = 'option' | 'env';

/** Turns the findings of a schema into problems, named as the reader knows the fields. */
export function problemsOf(error: z.ZodError, style: NameStyle): OptionProblem[] {
  return error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => unknownOption([...issue.path, key].join('.')))
      : [problemOf(issue, style)],
  );
}

function problemOf(issue: z.core.$ZodIssue, style: NameStyle): OptionProblem {
  const path = issue.path.map(String);
  const guide = OPTION_GUIDE[path.slice(0, 2).join('.')] ?? OPTION_GUIDE[path[0] ?? ''];
  const option = path.join('.') || 'options';
  return {
    field: style === 'env' && guide?.env ? variableOf(guide.env.name, issue.path) : option,
    problem: issue.message,
    remedy: guide?.remedy ?? 'See the table of options in the README',
  };
}

/** A variable holds a whole list, so an item of it is counted out. */
function variableOf(name: string, path: readonly PropertyKey[]): string {
  const index = path.at(-1);
  return typeof index === 'number' ? `${name} (item ${index + 1})` : name;
}

function unknownOption(option: string): OptionProblem {
  return {
    field: option,
    problem: 'is not an option of this module',
    remedy: 'Remove it, or correct its spelling; the README has the table of options',
  };
}

function lineOf({ field, problem, remedy }: OptionProblem): string {
  return `  - ${field} ${problem}. ${remedy}.`;
}
