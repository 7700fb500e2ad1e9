/** How the text of an environment variable becomes an option. Lists are comma-separated. */
export type EnvironmentKind = 'text' | 'integer' | 'flag' | 'list' | 'list-or-none' | 'parameters';

/** How an option is set from the environment, and what to say when it is wrong. */
export interface OptionGuide {
  readonly env?: { readonly name: string; readonly kind: EnvironmentKind };
  readonly remedy: string;
}

/** One entry per option; the README's table and `.env.example` are checked against it. */
export const OPTION_GUIDE: Readonly<Record<string, OptionGuide>> = {
  clientId: {
    env: { name: 'PHOENIX_CLIENT_ID', kind: 'text' },
    remedy: 'Give the client id that Phoenix issued to you',
  },
  clientSecret: {
    env: { name: 'PHOENIX_CLIENT_SECRET', kind: 'text' },
    remedy:
      'Give the client secret that Phoenix issued to you, or a function that returns it ' +
      '(in the environment, PHOENIX_CLIENT_SECRET_FILE may name a file that holds it)',
  },
  tokenUrl: {
    env: { name: 'PHOENIX_TOKEN_URL', kind: 'text' },
    remedy: 'Give an https:// URL; http:// is accepted for loopback addresses only',
  },
  scope: {
    env: { name: 'PHOENIX_SCOPE', kind: 'text' },
    remedy: 'Give space-separated scope names, or leave it out to let Phoenix decide',
  },
  tokenRequestFormat: {
    env: { name: 'PHOENIX_TOKEN_REQUEST_FORMAT', kind: 'text' },
    remedy: 'Use json or form',
  },
  clientAuthentication: {
    env: { name: 'PHOENIX_CLIENT_AUTHENTICATION', kind: 'text' },
    remedy: 'Use body or basic',
  },
  requestTimeoutMs: {
    env: { name: 'PHOENIX_REQUEST_TIMEOUT_MS', kind: 'integer' },
    remedy: 'Give whole milliseconds from 100 to 60000; 5000 is the default',
  },
  acquireTimeoutMs: {
    env: { name: 'PHOENIX_ACQUIRE_TIMEOUT_MS', kind: 'integer' },
    remedy:
      'Give whole milliseconds from 100 to 300000, at least requestTimeoutMs; 10000 is the default',
  },
  maxAttempts: {
    env: { name: 'PHOENIX_MAX_ATTEMPTS', kind: 'integer' },
    remedy: 'Give a whole number from 1 to 10; 3 is the default',
  },
  refreshAheadSeconds: {
    env: { name: 'PHOENIX_REFRESH_AHEAD_SECONDS', kind: 'integer' },
    remedy:
      'Give whole seconds from 1 to 86400, at least minRemainingSeconds and expirySkewSeconds; 600 is the default',
  },
  refreshCron: {
    env: { name: 'PHOENIX_REFRESH_CRON', kind: 'text' },
    remedy: 'Give a cron expression of five or six fields; every hour is the default',
  },
  expirySkewSeconds: {
    env: { name: 'PHOENIX_EXPIRY_SKEW_SECONDS', kind: 'integer' },
    remedy: 'Give whole seconds from 0 to 3600; 30 is the default',
  },
  minRemainingSeconds: {
    env: { name: 'PHOENIX_MIN_REMAINING_SECONDS', kind: 'integer' },
    remedy: 'Give whole seconds from 0 to 86400; 60 is the default',
  },
  assumedLifetimeSeconds: {
    env: { name: 'PHOENIX_ASSUMED_LIFETIME_SECONDS', kind: 'integer' },
    remedy: 'Give whole seconds from 1 to 31536000; 3600 is the default',
  },
  eager: { env: { name: 'PHOENIX_EAGER', kind: 'flag' }, remedy: 'Use true or false' },
  failFast: { env: { name: 'PHOENIX_FAIL_FAST', kind: 'flag' }, remedy: 'Use true or false' },
  iframeUrl: {
    env: { name: 'PHOENIX_IFRAME_URL', kind: 'text' },
    remedy:
      'Set an https:// URL without access_token and payment_id, the parameters in it as the vendor documents them; ' +
      'http:// is accepted for loopback addresses only',
  },
  iframeAllow: {
    env: { name: 'PHOENIX_IFRAME_ALLOW', kind: 'text' },
    remedy: "Set the value of the iframe's allow attribute, such as clipboard-write",
  },
  iframeWidthPx: {
    env: { name: 'PHOENIX_IFRAME_WIDTH_PX', kind: 'integer' },
    remedy: 'Set whole pixels from 1 to 10000; 350 is the default',
  },
  iframeHeightPx: {
    env: { name: 'PHOENIX_IFRAME_HEIGHT_PX', kind: 'integer' },
    remedy: 'Set whole pixels from 1 to 10000; 600 is the default',
  },
  iframeTitle: {
    env: { name: 'PHOENIX_IFRAME_TITLE', kind: 'text' },
    remedy: "Set the value of the iframe's title attribute; Phoenix payment is the default",
  },
  iframeParams: {
    env: { name: 'PHOENIX_IFRAME_PARAMS', kind: 'parameters' },
    remedy:
      'Give parameters as name: value (in the environment name=value&name=value); names of letters, ' +
      'digits and underscores up to 64, values up to 512 characters, never access_token or payment_id',
  },
  requiredIframeParams: {
    env: { name: 'PHOENIX_REQUIRED_IFRAME_PARAMS', kind: 'list-or-none' },
    remedy:
      'List parameter names, each in its right spelling, or an empty list (in the environment none) to require none; ' +
      'address and amount are the default',
  },
  minAmountUsd: {
    env: { name: 'PHOENIX_MIN_AMOUNT_USD', kind: 'text' },
    remedy:
      'Set an amount above 0 with at most two decimals, such as 1.50, no more than maxAmountUsd, or leave it out',
  },
  maxAmountUsd: {
    env: { name: 'PHOENIX_MAX_AMOUNT_USD', kind: 'text' },
    remedy:
      'Set an amount above 0 with at most two decimals, such as 500, no less than minAmountUsd, or leave it out',
  },
  paymentLinks: {
    env: { name: 'PHOENIX_PAYMENT_LINKS', kind: 'flag' },
    remedy:
      'Use true or false; with true, a payment link carries the access token to people outside',
  },
  addressFormat: {
    env: { name: 'PHOENIX_ADDRESS_FORMAT', kind: 'text' },
    remedy: 'Use evm or any; any accepts every address, for chains beyond EVM',
  },
  lockParams: { remedy: 'Give a function from the request to parameters' },
  allowedOrigins: {
    env: { name: 'PHOENIX_ALLOWED_ORIGINS', kind: 'list' },
    remedy: 'Give origins as https://shop.example, without path, wildcard or trailing slash',
  },
  apiKeys: {
    env: { name: 'PHOENIX_API_KEYS', kind: 'list' },
    remedy:
      'Give keys of at least 16 letters, digits or other ASCII characters, or sha256:<64 hex digits>',
  },
  store: {
    remedy: 'Give a store such as new RedisTokenStore(…) of nestjs-phoenix/redis',
  },
  jwt: {
    remedy:
      'Give either secret or jwksUrl (PHOENIX_JWT_SECRET or PHOENIX_JWT_JWKS_URL); with jwksUrl, ' +
      'issuer and audience too',
  },
  'jwt.secret': {
    env: { name: 'PHOENIX_JWT_SECRET', kind: 'text' },
    remedy: 'Give at least 32 bytes; 48 for HS384, 64 for HS512 (RFC 7518 §3.2)',
  },
  'jwt.jwksUrl': {
    env: { name: 'PHOENIX_JWT_JWKS_URL', kind: 'text' },
    remedy: 'Give an https:// URL; http:// is accepted for loopback addresses only',
  },
  'jwt.issuer': {
    env: { name: 'PHOENIX_JWT_ISSUER', kind: 'text' },
    remedy: 'Give the exact iss that your tokens carry',
  },
  'jwt.audience': {
    env: { name: 'PHOENIX_JWT_AUDIENCE', kind: 'text' },
    remedy: 'Give the exact aud that your tokens carry for this service',
  },
  'jwt.algorithms': {
    env: { name: 'PHOENIX_JWT_ALGORITHMS', kind: 'list' },
    remedy:
      'Give JWS algorithms that fit the key: HS* for a secret, RS*, PS*, ES* or EdDSA for a JWKS',
  },
  'jwt.clockToleranceSeconds': {
    env: { name: 'PHOENIX_JWT_CLOCK_TOLERANCE_SECONDS', kind: 'integer' },
    remedy: 'Give whole seconds from 0 to 300; 5 is the default',
  },
};

const BESIDE_THE_FACTORY = 'Give it to forRootAsync itself, beside useFactory';
const WITHIN_CONTROLLER = 'Put it into controller: { … }';

/** What is no option, yet easily taken for one. */
export const OPTION_PLACES: ReadonlyMap<string, string> = new Map([
  ['name', BESIDE_THE_FACTORY],
  ['isGlobal', BESIDE_THE_FACTORY],
  ['imports', BESIDE_THE_FACTORY],
  ['controller', BESIDE_THE_FACTORY],
  ['health', BESIDE_THE_FACTORY],
  ['guards', WITHIN_CONTROLLER],
  ['decorators', WITHIN_CONTROLLER],
]);
