/**
 * Error codes of RFC 6749 §5.2 that a token endpoint may answer with.
 *
 * @publicApi
 */
export const OAUTH_ERROR_CODES = [
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
] as const;

/** @publicApi */
export type OAuthErrorCode = (typeof OAUTH_ERROR_CODES)[number];

/** Every code of {@link PhoenixErrorCode}. */
export const PHOENIX_ERROR_CODES = [
  ...OAUTH_ERROR_CODES,
  'network_error',
  'timeout',
  'rate_limited',
  'server_error',
  'redirect_refused',
  'request_rejected',
  'invalid_response',
  'secret_unavailable',
  'token_rejected',
  'store_unavailable',
  'shut_down',
  'invalid_options',
  'missing_options',
  'request_scoped_options',
  'missing_guard',
  'missing_scheduler',
  'duplicate_registration',
  'invalid_argument',
  'invalid_locked_parameter',
] as const;

/**
 * Stable codes of {@link PhoenixError}. Branch on these, not on messages.
 *
 * - the OAuth codes: Phoenix refused the request with that error
 * - `network_error`: the token endpoint could not be reached, or the connection broke
 * - `timeout`: no complete reply within the configured time
 * - `rate_limited`: HTTP 429
 * - `server_error`: HTTP 5xx or 408
 * - `redirect_refused`: HTTP 3xx; following it could re-post the client secret elsewhere
 * - `request_rejected`: any other HTTP 4xx
 * - `invalid_response`: a reply that is not a token response
 * - `secret_unavailable`: the `clientSecret` function failed
 * - `token_rejected`: tokens were reported invalid right after they were issued
 * - `store_unavailable`: the store that replicas share cannot be reached; never reaches your callers
 * - `shut_down`: the application is closing
 * - `invalid_options`, `missing_options`, `request_scoped_options`, `missing_guard`, `missing_scheduler`, `duplicate_registration`: the module is set up wrongly; it refuses to boot
 * - `invalid_argument`: a call was given a value it cannot work with
 * - `invalid_locked_parameter`: `lockParams` returned something unusable
 *
 * @publicApi
 */
export type PhoenixErrorCode = (typeof PHOENIX_ERROR_CODES)[number];

/** @publicApi */
export interface PhoenixErrorDetails {
  /** HTTP status of the vendor's reply, where there was one. */
  readonly status?: number | undefined;
  /** After how many whole milliseconds it makes sense to try again. */
  readonly retryAfterMs?: number | undefined;
  /** What the vendor said about it, made fit for the log. */
  readonly vendorDescription?: string | undefined;
}

/**
 * The one error class of this library. Its message says what happened, what it
 * means and what to do; it never quotes a reply, a token or a secret, and never
 * carries a `cause` that could.
 *
 * @publicApi
 */
export class PhoenixError extends Error {
  override readonly name: string = 'PhoenixError';
  declare readonly status?: number;
  declare readonly retryAfterMs?: number;
  /**
   * The vendor's own words (`error_description`, RFC 6749 §5.2) in at most 200 characters, without
   * credentials and tokens. For the log: it stands in no message, and is not enumerable, so that what
   * prints or serialises the error for somebody else leaves it out.
   */
  declare readonly vendorDescription?: string;

  constructor(
    readonly code: PhoenixErrorCode,
    message: string,
    details: PhoenixErrorDetails = {},
  ) {
    super(message);
    const { status, retryAfterMs, vendorDescription } = details;
    if (status !== undefined) this.status = status;
    if (retryAfterMs !== undefined) this.retryAfterMs = Math.ceil(retryAfterMs);
    if (vendorDescription !== undefined) {
      Object.defineProperty(this, 'vendorDescription', { value: vendorDescription });
    }
  }
}
