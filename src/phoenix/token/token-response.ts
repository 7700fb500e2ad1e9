import { z } from 'zod';
import { PhoenixError } from '../phoenix-error.js';
import { dateOf, endOfSecond, latestAgeMs } from './http-date.js';
import { jwtLifetimeMs } from './jwt-lifetime.js';
import type { Confidential } from './redaction.js';
import { refusalOf } from './token-refusal.js';
import type { TokenRequestStyle } from './token-request.js';
import { vendorDescriptionIn } from './vendor-description.js';

/** An HTTP reply of the token endpoint, body still unread. */
export interface TokenHttpReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  /** Empty where it could not be had, yet the status says enough. */
  readonly body: string;
  /** Our wall clock when the request was started. */
  readonly requestedAtWallMs: number;
}

/** What is known about the request that a reply answers. */
export interface TokenRequestContext {
  readonly style: TokenRequestStyle;
  /** Whether a request of this kind has brought a token before. */
  readonly workedBefore: boolean;
  /** Lifetime of a token whose reply tells none. */
  readonly assumedLifetimeMs: number;
  /** What the reply may have quoted. */
  readonly confidential: Confidential;
}

/** What a token response grants. */
export interface TokenGrant {
  readonly accessToken: string;
  readonly lifetimeMs: number;
  /** Whether neither the reply nor the token told a lifetime. */
  readonly lifetimeAssumed: boolean;
  readonly scope: readonly string[];
}

/** A year and a day would be a mistake; a larger number could overflow a date. */
const LONGEST_LIFETIME_SECONDS = 366 * 24 * 3600;

const wholeSeconds = z
  .union([z.number(), z.string().regex(/^\d+$/).transform(Number)])
  .pipe(z.int().min(1).max(LONGEST_LIFETIME_SECONDS));

const scopeNames = z
  .union([z.array(z.string()), z.string().transform((text) => text.split(' '))])
  .transform((names) => names.filter((name) => name !== ''));

/** RFC 6749 §5.1, with the vendor's array of scopes (§3.3 has a string) accepted too. */
const tokenResponse = z.object({
  access_token: z.string().regex(/^[\x20-\x7e]+$/),
  token_type: z.string().regex(/^bearer$/i),
  expires_in: wholeSeconds.optional(),
  scope: scopeNames.nullish().transform((names) => names ?? []),
  error: z.never().optional(),
});

const RESPONSE_REMEDIES: Readonly<Record<string, string>> = {
  access_token: 'access_token must be a non-empty string of printable ASCII',
  token_type: 'token_type must be Bearer',
  expires_in: 'expires_in must be a whole number of seconds of at least 1',
  scope: 'scope must be an array of strings or a space-separated string',
  error: 'a successful reply must not carry an error',
};

/**
 * Reads a reply of the token endpoint strictly. Any 2xx with a token response is one.
 *
 * @throws {PhoenixError} for everything that is not a usable token response; its message never quotes the body
 */
export function readTokenReply(reply: TokenHttpReply, context: TokenRequestContext): TokenGrant {
  const { status, body } = reply;
  if (!isSuccess(status)) throw refusalOf(reply, context);
  const parsed = tokenResponse.safeParse(parseJson(body, status));
  if (!parsed.success) {
    const description = vendorDescriptionIn(body, context.confidential);
    throw invalidResponse(problemsOf(parsed.error), description);
  }
  const { access_token: accessToken, expires_in: expiresIn, scope } = parsed.data;
  return { accessToken, scope, ...lifetimeOf(accessToken, expiresIn, reply, context) };
}

export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

export function invalidResponse(problem: string, vendorDescription?: string): PhoenixError {
  return new PhoenixError(
    'invalid_response',
    `The Phoenix token endpoint sent something that is not a token response: ${problem}. ` +
      'No token was taken from it. Check tokenUrl; if it is right, the vendor has a problem.',
    { vendorDescription },
  );
}

/**
 * A reply that a cache kept has aged, and so has its token (RFC 9111 §4.2.3). A JWT may say that it dies
 * sooner than `expires_in` claims; it is never believed to live longer.
 */
function lifetimeOf(
  accessToken: string,
  expiresIn: number | undefined,
  reply: TokenHttpReply,
  { assumedLifetimeMs }: TokenRequestContext,
): Pick<TokenGrant, 'lifetimeMs' | 'lifetimeAssumed'> {
  const ageMs = latestAgeMs(reply.headers);
  const dateMs = dateOf(reply.headers);
  const jwtMs = jwtLifetimeMs(accessToken, {
    vendorTimeMs: dateMs === undefined ? undefined : endOfSecond(dateMs) + ageMs,
    wallMs: reply.requestedAtWallMs,
  });
  const grantedMs = (expiresIn === undefined ? assumedLifetimeMs : expiresIn * 1000) - ageMs;
  const lifetimeMs = Math.floor(Math.min(grantedMs, jwtMs ?? grantedMs));
  if (lifetimeMs <= 0) throw invalidResponse('the token has expired already');
  return { lifetimeMs, lifetimeAssumed: expiresIn === undefined && jwtMs === undefined };
}

function parseJson(body: string, status: number): unknown {
  if (body === '') throw invalidResponse(`the body is empty (HTTP ${status})`);
  try {
    return JSON.parse(body);
  } catch {
    throw invalidResponse('the body is not JSON');
  }
}

function problemsOf(error: z.ZodError): string {
  const fields = new Set(error.issues.map(({ path }) => String(path[0] ?? '')));
  return [...fields]
    .map((field) => RESPONSE_REMEDIES[field] ?? 'the body is not a JSON object')
    .join('; ');
}
