import { z } from 'zod';
import { isObject } from './plain-object.js';

/** Whole seconds. */
export const seconds = (least: number, most: number, fallback: number) =>
  z.int().min(least).max(most).default(fallback);

/** A rule across fields runs even when one of them is wrong by itself, so that one error names all. */
export const ACROSS_FIELDS = { when: ({ value }: { value: unknown }) => isObject(value) };

/** A rule across fields that has nothing to add when one of these is wrong by itself. */
export function unlessWrong(...fields: readonly string[]) {
  return {
    when: ({ value, issues }: z.core.ParsePayload) =>
      isObject(value) && !issues.some(({ path }) => fields.includes(String(path?.[0]))),
  };
}
