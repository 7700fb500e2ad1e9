import { z } from 'zod';
import type { SandboxFault } from './fault.js';

// A header value that Node accepts: a line break in it would make `setHeader` throw.
const headerText = z.string().regex(/^[\x20-\x7e]+$/, 'Must be visible ASCII text');

const common = {
  times: z.int().positive().optional(),
  delayMs: z.int().min(0).max(600_000).optional(),
  clockSkewSeconds: z.int().optional(),
  omitDate: z.boolean().optional(),
};

const status = z
  .strictObject({
    kind: z.literal('status'),
    status: z.int().min(400).max(599),
    retryAfter: z.union([z.int().min(0), headerText]).optional(),
    error: z.string().min(1).optional(),
    body: z.json().optional(),
    rawBody: z.string().optional(),
    ...common,
  })
  .refine(
    ({ error, body, rawBody }) =>
      [error, body, rawBody].filter((part) => part !== undefined).length < 2,
    { path: ['body'], error: 'Only one of error, body and rawBody can be the body' },
  );

export const faultSchema: z.ZodType<SandboxFault> = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('token'),
    lifetimeSeconds: z.int().optional(),
    jwtLifetimeSeconds: z.int().optional(),
    reissue: z.boolean().optional(),
    set: z.record(z.string(), z.json()).optional(),
    remove: z.array(z.string()).optional(),
    ...common,
  }),
  z.strictObject({ kind: z.literal('hang'), ...common }),
  z.strictObject({ kind: z.literal('hang-body'), ...common }),
  z.strictObject({ kind: z.literal('disconnect'), ...common }),
  z.strictObject({ kind: z.literal('disconnect-body'), ...common }),
  status,
  z.strictObject({ kind: z.literal('html'), ...common }),
  z.strictObject({ kind: z.literal('truncated'), ...common }),
  z.strictObject({ kind: z.literal('empty'), ...common }),
  z.strictObject({ kind: z.literal('huge'), ...common }),
  z.strictObject({
    kind: z.literal('redirect'),
    status: z.literal([301, 302, 303, 307, 308]).optional(),
    location: headerText.optional(),
    ...common,
  }),
  z.strictObject({ kind: z.literal('reply'), body: z.json(), ...common }),
]);

/** One thing that is wrong with a fault. */
export interface FaultProblem {
  /** Path of the field, e.g. `set.expires_in`; empty for the body as a whole. */
  readonly field: string;
  readonly problem: string;
}

export function problemsOf(error: z.ZodError): FaultProblem[] {
  return error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => problem([...issue.path, key], 'Unknown field'))
      : [problem(issue.path, issue.message)],
  );
}

function problem(path: readonly PropertyKey[], text: string): FaultProblem {
  return { field: path.map(String).join('.'), problem: text };
}
