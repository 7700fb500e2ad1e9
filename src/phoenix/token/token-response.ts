import { z } from 'zod';
import { OAUTH_ERROR_CODES, PhoenixError, type OAuthErrorCode } from '../phoenix-error.js';
import { jwtLifetimeMs } from './jwt-lifetime.js';
import { parseRetryAfter } from './retry-after.js';

/** An HTTP reply of the token endpoint, body still unread. */
export interface TokenHttpReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  /** Empty where the status says it all; see {@link isExplainedByBody}. */
  readonly body: string;
  /** Our wall clock when the request was started. */
  readonly requestedAtWallMs: number;
}

/** What a token response grants. */
export interface TokenGrant {
  readonly accessToken: string;
  readonly lifetimeMs: number;
  readonly scope: readonly string[];
}

/** The vendor's documented life, used where the reply does not say. */
const DEFAULT_LIFETIME_SECONDS = 3600;
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
  expires_in: wholeSeconds.default(DEFAULT_LIFETIME_SECONDS),
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

/** Whether the body of a reply says more than its status: a token, or an OAuth error (RFC 6749 §5.2). */
export function isExplainedByBody(status: number): boolean {
  return status === 200 || (status >= 400 && status < 500 && status !== 408 && status !== 429);
}

/**
 * Reads a reply of the token endpoint strictly.
 *
 * @throws {PhoenixError} for everything that is not a usable token response; the body is never quoted
 */
export function readTokenReply(reply: TokenHttpReply): TokenGrant {
  if (reply.status !== 200) throw refusal(reply);
  const parsed = tokenResponse.safeParse(parseJson(reply.body));
  if (!parsed.success) throw invalidResponse(problemsOf(parsed.error));
  const { access_token: accessToken, expires_in: expiresIn, scope } = parsed.data;
  return { accessToken, scope, lifetimeMs: lifetimeOf(accessToken, expiresIn * 1000, reply) };
}

export function invalidResponse(problem: string): PhoenixError {
  return new PhoenixError(
    'invalid_response',
    `The Phoenix token endpoint sent something that is not a token response: ${problem}. ` +
      'No token was taken from it. Check tokenUrl; if it is right, the vendor has a problem.',
  );
}

/** A JWT may say that it dies sooner than `expires_in` claims; it is never believed to live longer. */
function lifetimeOf(accessToken: string, grantedMs: number, reply: TokenHttpReply): number {
  const vendorDateMs = dateOf(reply);
  const jwtMs = jwtLifetimeMs(accessToken, { vendorDateMs, wallMs: reply.requestedAtWallMs });
  const lifetimeMs = Math.min(grantedMs, jwtMs ?? grantedMs);
  if (lifetimeMs <= 0) throw invalidResponse('the token has expired already');
  return lifetimeMs;
}

function refusal(reply: TokenHttpReply): PhoenixError {
  const { status } = reply;
  const retryAfterMs = parseRetryAfter(
    reply.headers['retry-after'],
    dateOf(reply) ?? reply.requestedAtWallMs,
  );
  const details = { status, ...(retryAfterMs !== undefined && { retryAfterMs }) };
  if (status === 429) {
    return new PhoenixError(
      'rate_limited',
      'The Phoenix token endpoint asks us to slow down (HTTP 429). It will be asked again later.',
      details,
    );
  }
  if (status === 408 || status >= 500) {
    return new PhoenixError(
      'server_error',
      `The Phoenix token endpoint failed (HTTP ${status}). It will be asked again later.`,
      details,
    );
  }
  if (status >= 300 && status < 400) {
    return new PhoenixError(
      'redirect_refused',
      `The Phoenix token endpoint redirects (HTTP ${status}). Redirects are not followed, because they ` +
        'could carry the client secret elsewhere. Set tokenUrl to the final address.',
      details,
    );
  }
  if (status < 300) return invalidResponse(`HTTP ${status} instead of 200`);
  // A 401 means just that (RFC 6749 §5.2), whatever its body says.
  const oauthError = oauthErrorOf(reply.body) ?? (status === 401 ? 'invalid_client' : undefined);
  return oauthError === undefined
    ? new PhoenixError(
        'request_rejected',
        `The Phoenix token endpoint rejected the request (HTTP ${status}). Check tokenUrl, ` +
          'tokenRequestFormat and clientAuthentication.',
        details,
      )
    : new PhoenixError(
        oauthError,
        `Phoenix refused to issue a token: ${oauthError} (HTTP ${status}). ${OAUTH_REMEDIES[oauthError]}`,
        details,
      );
}

const OAUTH_REMEDIES: Readonly<Record<OAuthErrorCode, string>> = {
  invalid_request: 'Check tokenRequestFormat and clientAuthentication.',
  invalid_client: 'Check clientId and clientSecret; after a rotation, provide the new secret.',
  invalid_grant: 'Ask Phoenix whether this client may use the client credentials grant.',
  unauthorized_client: 'Ask Phoenix to enable the client credentials grant for this client.',
  unsupported_grant_type: 'Check that tokenUrl is the token endpoint of Phoenix.',
  invalid_scope: 'Check scope, or leave it out.',
};

const oauthErrorResponse = z.object({ error: z.enum(OAUTH_ERROR_CODES) });

function oauthErrorOf(body: string): OAuthErrorCode | undefined {
  try {
    return oauthErrorResponse.safeParse(JSON.parse(body)).data?.error;
  } catch {
    return undefined;
  }
}

function parseJson(body: string): unknown {
  if (body === '') throw invalidResponse('the body is empty');
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

function dateOf({ headers }: TokenHttpReply): number | undefined {
  const dateMs = typeof headers.date === 'string' ? Date.parse(headers.date) : NaN;
  return Number.isNaN(dateMs) ? undefined : dateMs;
}
