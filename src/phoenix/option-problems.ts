import type { z } from 'zod';
import { PhoenixError } from './phoenix-error.js';
import type { OptionGuide } from './phoenix.option-guide.js';

/** What is wrong with one setting. Never holds the value: it may be a secret. */
export interface OptionProblem {
  readonly field: string;
  readonly problem: string;
  readonly remedy: string;
}

/** All that is wrong with a configuration, in one error. */
export class PhoenixOptionsError extends PhoenixError {
  override readonly name = 'PhoenixOptionsError';
  declare readonly problems: readonly OptionProblem[];

  /** @param subject whose options they are */
  constructor(problems: readonly OptionProblem[], subject = 'PhoenixModule') {
    const heading = `${subject} cannot start, because its options are wrong:`;
    super('invalid_options', [heading, ...problems.map(lineOf)].join('\n'));
    // The message has them all: whoever prints the error need not read them twice.
    Object.defineProperty(this, 'problems', { value: problems, enumerable: false });
  }
}

export type NameStyle = 'option' | 'env';

/** What is known about each option, by its path. */
export type Guides = Readonly<Record<string, OptionGuide>>;

/**
 * Turns the findings of a schema into problems, named as the reader knows the fields.
 *
 * @param places where names belong that are right, yet stand in the wrong place
 */
export function problemsOf(
  error: z.ZodError,
  guides: Guides,
  style: NameStyle,
  places: ReadonlyMap<string, string> = new Map(),
): OptionProblem[] {
  return error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => {
          const option = [...issue.path, key].join('.');
          return unknownOption(option, places.get(option));
        })
      : [problemOf(issue, guides, style)],
  );
}

function problemOf(issue: z.core.$ZodIssue, guides: Guides, style: NameStyle): OptionProblem {
  const path = issue.path.map(String);
  const guide = guides[path.slice(0, 2).join('.')] ?? guides[path[0] ?? ''];
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

function unknownOption(option: string, place: string | undefined): OptionProblem {
  return place === undefined
    ? {
        field: option,
        problem: 'is not an option of this module',
        remedy: 'Remove it, or correct its spelling; the README has the table of options',
      }
    : { field: option, problem: 'stands in the wrong place', remedy: place };
}

function lineOf({ field, problem, remedy }: OptionProblem): string {
  return `  - ${field} ${problem}. ${remedy}.`;
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'text',
  int: 'a whole number',
  number: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
};

/** What is wrong with a value, in words; never the value itself. */
export function describeIssue(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? 'is missing'
        : `must be ${TYPE_NAMES[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `must be one of ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return issue.origin === 'string' || issue.origin === 'array'
        ? 'is empty'
        : `is below ${String(issue.minimum)}`;
    case 'too_big':
      return `is above ${String(issue.maximum)}`;
    default:
      return 'is not valid';
  }
}
