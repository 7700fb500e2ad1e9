import type { PhoenixTokenStore } from './token/token-store.js';
import type { ClientAuthentication, TokenRequestFormat } from './token/token-request.js';
import type { AddressFormat } from './iframe/iframe-params.js';

/**
 * The client secret, or a function that is asked for it before every token request.
 *
 * @publicApi
 */
export type ClientSecretSource = string | (() => string | Promise<string>);

/**
 * Parameters of the iframe URL by name.
 *
 * @publicApi
 */
export type IframeParams = Readonly<Record<string, string>>;

/**
 * Parameters that the caller may not choose, decided per request.
 *
 * @param request the platform's request, as your guards left it: annotate it with what you read of it
 *
 * @publicApi
 */
export type LockParams = (request: never) => IframeParams | Promise<IframeParams>;

/**
 * Who may present a JWT to `JwtGuard`: signed-in users of the partner.
 *
 * @publicApi
 */
export interface PhoenixJwtOptions {
  /** Shared secret of at least 32 bytes (`HS384`: 48, `HS512`: 64), or a function that returns it at boot. Either this or `jwksUrl`. A JWT must carry `exp`. */
  readonly secret?: string | (() => string) | undefined;
  /** Where the issuer publishes its keys (RFC 7517). Requires `issuer` and `audience`. */
  readonly jwksUrl?: string | undefined;
  /** Required value of `iss`. */
  readonly issuer?: string | undefined;
  /** Required value of `aud`. */
  readonly audience?: string | undefined;
  /** Accepted algorithms. Default: `HS256` with a secret; `RS256`, `PS256`, `ES256`, `EdDSA` with a JWKS. */
  readonly algorithms?: readonly string[] | undefined;
  /** Tolerated clock difference in seconds. Default 5. */
  readonly clockToleranceSeconds?: number | undefined;
}

/**
 * Options of `PhoenixModule`. Only the credentials are required.
 * What the vendor does not document is an option here, with its assumption as the default.
 *
 * @publicApi
 */
export interface PhoenixOptions {
  /** Client id that Phoenix issued. */
  readonly clientId: string;
  /** Client secret; a function is asked anew before every request, so that it can be rotated. */
  readonly clientSecret: ClientSecretSource;
  /** Token endpoint. Default `https://api.phoenix.market/oauth/token` (vendor page: access-token). */
  readonly tokenUrl?: string | undefined;
  /** Requested scope (RFC 6749 §3.3). Default: none is sent. */
  readonly scope?: string | undefined;
  /** Encoding of the token request. Default `json` (vendor page: access-token); `form` is for gateways and other servers. */
  readonly tokenRequestFormat?: TokenRequestFormat | undefined;
  /** Where the credentials travel (RFC 6749 §2.3.1). Default `body` (vendor page: access-token); `basic` is for gateways and other servers. */
  readonly clientAuthentication?: ClientAuthentication | undefined;
  /** Longest duration of one token request, and of reading the secret before it, in milliseconds: 100 to 60000. Default 5000. */
  readonly requestTimeoutMs?: number | undefined;
  /**
   * Longest duration of a refresh with all its retries, and so of a caller's wait, in milliseconds:
   * `requestTimeoutMs` to 300000. Default 10000.
   */
  readonly acquireTimeoutMs?: number | undefined;
  /** Maximum number of requests per refresh, 1 to 10. Default 3. */
  readonly maxAttempts?: number | undefined;
  /**
   * Refresh this many seconds before expiry, at most half of the token's life; no less than
   * `minRemainingSeconds` and `expirySkewSeconds`. Default 600.
   */
  readonly refreshAheadSeconds?: number | undefined;
  /** Cron expression of the regular refresh. Default: every hour. */
  readonly refreshCron?: string | undefined;
  /** A token counts as expired this many seconds early, at most a tenth of its life. Default 30. */
  readonly expirySkewSeconds?: number | undefined;
  /** Life that a handed-out token should have left, in seconds, at most half of its life. Default 60. */
  readonly minRemainingSeconds?: number | undefined;
  /**
   * Lifetime of a token in seconds, 1 to 31536000, where neither the reply (`expires_in`) nor the token
   * itself (`exp` of a JWT) tells it; a warning says so once. Default 3600.
   */
  readonly assumedLifetimeSeconds?: number | undefined;
  /** Fetch the first token at start-up, without delaying it; with false, `ready` stays 503 until somebody asks for one. Default true. */
  readonly eager?: boolean | undefined;
  /** Refuse to start when the first token cannot be had. Default false. */
  readonly failFast?: boolean | undefined;
  /** Where the iframe lives. Default `https://app-partner.phoenix.market/` (vendor page: technical-requirements). */
  readonly iframeUrl?: string | undefined;
  /** Value for the iframe's `allow` attribute. Default `clipboard-write` (vendor page: technical-requirements). */
  readonly iframeAllow?: string | undefined;
  /** Width of the iframe in CSS pixels, 1 to 10000. Default 350 (vendor page: technical-requirements). */
  readonly iframeWidthPx?: number | undefined;
  /** Height of the iframe in CSS pixels, 1 to 10000. Default 600 (vendor page: technical-requirements). */
  readonly iframeHeightPx?: number | undefined;
  /** Value for the iframe's `title` attribute, which screen readers speak. Default `Phoenix payment`. */
  readonly iframeTitle?: string | undefined;
  /** Parameters that every iframe URL gets; callers may override them. Default: none. */
  readonly iframeParams?: IframeParams | undefined;
  /**
   * Parameters that every iframe URL must have, from the caller, `iframeParams`, `lockParams` or the query of
   * `iframeUrl`; empty requires none. Default `address` and `amount` (vendor page: technical-requirements).
   */
  readonly requiredIframeParams?: readonly string[] | undefined;
  /** Smallest `amount` in USD, above 0, with at most two decimals. Default: anything above 0. */
  readonly minAmountUsd?: string | number | undefined;
  /** Largest `amount` in USD, above 0, with at most two decimals. Default: none. */
  readonly maxAmountUsd?: string | number | undefined;
  /**
   * Whether `shareOn` may be `true`. A payment link inherits the access token (vendor page: payment-links):
   * with the link goes the token, for the rest of its lifetime. Default false.
   */
  readonly paymentLinks?: boolean | undefined;
  /** What `address` must be: an EVM address, with a right EIP-55 checksum when mixed-case, or any text. Default `evm`. */
  readonly addressFormat?: AddressFormat | undefined;
  /** Parameters that callers may not choose, such as the signed-in user's own wallet. Default: none. */
  readonly lockParams?: LockParams | undefined;
  /** Origins whose pages may call our endpoints; empty refuses none. Default: empty. */
  readonly allowedOrigins?: readonly string[] | undefined;
  /** Keys for `ApiKeyGuard`: plain (16 ASCII characters or more) or `sha256:<hex>`. Default: none. */
  readonly apiKeys?: readonly string[] | undefined;
  /** Tokens for `JwtGuard`. Default: none. */
  readonly jwt?: PhoenixJwtOptions | undefined;
  /** Where several replicas share one token, such as `RedisTokenStore`. Default: each keeps its own. */
  readonly store?: PhoenixTokenStore | undefined;
}
