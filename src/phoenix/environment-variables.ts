import type { Guides } from './option-problems.js';
import type { EnvironmentKind } from './phoenix.option-guide.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Turns variables into options as the guides say. Empty variables count as unset. */
export function readVariables(guides: Guides, environment: Environment): Record<string, unknown> {
  const options: Record<string, unknown> = {};
  for (const [path, { env }] of Object.entries(guides)) {
    const text = env && environment[env.name]?.trim();
    if (env && text) assign(options, path, valueOf(text, env.kind));
  }
  return options;
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
      return listOf(text) ?? text;
    case 'list-or-none':
      return text === 'none' ? [] : (listOf(text) ?? text);
    case 'parameters':
      return parametersOf(new URLSearchParams(text));
    case 'text':
      return text;
  }
}

/** None, if every item is empty: variables that were to fill them are unset, and an empty list may mean "all". */
function listOf(text: string): string[] | undefined {
  const items = text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
  return items.length > 0 ? items : undefined;
}

/** A name that is given twice keeps all its values, for the schema to refuse it. */
function parametersOf(query: URLSearchParams): Record<string, unknown> {
  const names = [...new Set(query.keys())];
  return Object.fromEntries(
    names.map((name) => {
      const [value, ...others] = query.getAll(name);
      return [name, others.length === 0 ? value : [value, ...others]];
    }),
  );
}
