import type { IframeParams } from '../phoenix.options.js';
import { invalidParams, type InvalidParam, type ParamRules } from './iframe-params.js';
import type { Spellings } from './param-spelling.js';

/** Where parameters come from; later sources win. */
export interface ParamSources {
  /** The query of the configured address. */
  readonly query: Readonly<Record<string, string>>;
  /** The defaults of the host. */
  readonly defaults: IframeParams;
  /** What the caller asks for, unchecked. */
  readonly requested: Readonly<Record<string, unknown>>;
  /** What the caller may not choose, checked. */
  readonly locked: IframeParams;
}

/** Everything that is wrong with a request for an address, each parameter once; none means that it may be made. */
export function objectionsTo(
  { query, defaults, requested, locked }: ParamSources,
  rules: ParamRules & { readonly requiredIframeParams: readonly string[] },
  spellings: Spellings,
): InvalidParam[] {
  const invalid = invalidParams(requested, rules, spellings);
  const given = { ...query, ...defaults, ...requested, ...locked };
  const refused = Object.keys(locked)
    .filter((name) => Object.hasOwn(requested, name) && requested[name] !== locked[name])
    .map((name) => ({ name, reason: 'is locked to another value: leave it out' }));
  const missing = rules.requiredIframeParams
    .filter((name) => !Object.hasOwn(given, name) || given[name] === '')
    .map((name) => ({ name, reason: 'is required, and has no value' }));
  const byName = new Map<string, InvalidParam>();
  for (const objection of [...invalid, ...refused, ...missing]) {
    if (!byName.has(objection.name)) byName.set(objection.name, objection);
  }
  return [...byName.values()];
}
