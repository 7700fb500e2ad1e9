import { z } from 'zod';
import type { Problem } from '../http/trusted-origin.js';

// A header value that Node accepts: a line break in it would make `setHeader` throw.
const headerText = z.string().regex(/^[\x20-\x7e]+$/, 'Must be visible ASCII text');

const commonSchema = z.strictObject({
  /** How many token requests it affects. Default: all, until faults are cleared. */
  times: z.int().positive().optional(),
  /** Wait before the reply, in milliseconds; the token's lifetime already runs. Default 0. */
  delayMs: z.int().min(0).max(600_000).optional(),
  /** The vendor's clock minus ours, in seconds: shifts `iat`, `exp` and the `Date` header. Default 0. */
  clockSkewSeconds: z.int().optional(),
  /** Leaves the `Date` header out. Default false. */
  omitDate: z.boolean().optional(),
});

const fault = <K extends string, S extends z.ZodRawShape>(kind: K, own: S) =>
  z.strictObject({ kind: z.literal(kind), ...own, ...commonSchema.shape });

export const faultSchema = z.discriminatedUnion('kind', [
  fault('token', {
    /** Lifetime in seconds, in `expires_in` and in the JWT. Default: `tokenLifetimeSeconds`. */
    lifetimeSeconds: z.int().optional(),
    /** Lifetime in the JWT alone, so that `exp` contradicts `expires_in`. Default: as `expires_in`. */
    jwtLifetimeSeconds: z.int().optional(),
    /** Hands out the last issued token again, with an `expires_in` as if it were new. Default false. */
    reissue: z.boolean().optional(),
    /** Members of the reply to add or replace, e.g. `{ expires_in: '3600abc' }`. */
    set: z.record(z.string(), z.json()).readonly().optional(),
    /** Members of the reply to leave out, e.g. `['scope']`. */
    remove: z.array(z.string()).readonly().optional(),
  }),
  fault('hang', {}),
  fault('hang-body', {}),
  fault('disconnect', {}),
  fault('disconnect-body', {}),
  fault('status', {
    /** 400 to 599. */
    status: z.int().min(400).max(599),
    /** The `Retry-After` header (RFC 9110 §10.2.3): seconds, or any text such as an HTTP date. */
    retryAfter: z.union([z.int().min(0), headerText]).optional(),
    /** An OAuth error code (RFC 6749 §5.2), e.g. `invalid_client`. */
    error: z.string().min(1).optional(),
    /** A JSON body. */
    body: z.json().optional(),
    /** A `text/plain` body. */
    rawBody: z.string().optional(),
  }).refine(
    ({ error, body, rawBody }) =>
      [error, body, rawBody].filter((part) => part !== undefined).length < 2,
    { path: ['body'], error: 'Only one of error, body and rawBody can be the body' },
  ),
  fault('html', {}),
  fault('truncated', {}),
  fault('empty', {}),
  fault('huge', {}),
  fault('redirect', {
    /** Default 307. */
    status: z.literal([301, 302, 303, 307, 308]).optional(),
    /** Default `/sandbox/redirect-target`, which answers with a token and counts its hits. */
    location: headerText.optional(),
  }),
  fault('reply', { body: z.json() }),
]);

/** A fault of the token endpoint. */
export type SandboxFault = Readonly<z.infer<typeof faultSchema>>;

/** The name of a fault. */
export type SandboxFaultKind = SandboxFault['kind'];

/** What every fault can carry. */
export type FaultCommon = Readonly<z.infer<typeof commonSchema>>;

/** Anything JSON can express. */
export type JsonValue = z.infer<ReturnType<typeof z.json>>;

type Fault<K extends SandboxFaultKind> = Extract<SandboxFault, { readonly kind: K }>;

/**
 * The usual token reply, altered as told; all alterations combine. Without any it is the usual reply:
 * a slow one with `delayMs`, or a pause between other faults with `times`.
 */
export type TokenFault = Fault<'token'>;

/** Never answers: the connection stays open until the client or the sandbox closes it. */
export type HangFault = Fault<'hang'>;

/** Sends the headers and half of the usual body, then nothing more. */
export type HangBodyFault = Fault<'hang-body'>;

/** Resets the connection without a reply. */
export type DisconnectFault = Fault<'disconnect'>;

/** Closes the connection after the headers and half of the usual body. */
export type DisconnectBodyFault = Fault<'disconnect-body'>;

/** An error status. At most one of `error`, `body` and `rawBody`; default: a JSON `message`. */
export type StatusFault = Fault<'status'>;

/** 200 with an HTML page. */
export type HtmlFault = Fault<'html'>;

/** The usual reply without its last characters: not JSON, although the whole token is in it. */
export type TruncatedFault = Fault<'truncated'>;

/** 200 with an empty body. */
export type EmptyFault = Fault<'empty'>;

/** The usual reply with one more member, which makes it longer than 1 MiB. */
export type HugeFault = Fault<'huge'>;

/** A redirect that a client must not follow, because a 307 posts the secret again. */
export type RedirectFault = Fault<'redirect'>;

/** 200 with any JSON value as its body. */
export type ReplyFault = Fault<'reply'>;

export function problemsOf(error: z.ZodError): Problem[] {
  return error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => problem([...issue.path, key], 'Unknown field'))
      : [problem(issue.path, issue.message)],
  );
}

function problem(path: readonly PropertyKey[], text: string): Problem {
  return { field: path.map(String).join('.'), problem: text };
}
