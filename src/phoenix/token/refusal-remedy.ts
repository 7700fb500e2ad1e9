import type { OAuthErrorCode } from '../phoenix-error.js';
import type { TokenRequestStyle } from './token-request.js';

/** What is known about a token request that was refused. */
export interface RefusedRequest {
  readonly status: number;
  readonly oauthError: OAuthErrorCode | undefined;
  /** How the request was encoded, and whether it asked for a scope. */
  readonly style: TokenRequestStyle;
  /** The reply's `WWW-Authenticate` header (RFC 9110 §11.6.1). */
  readonly challenge: string | undefined;
  /** Whether this configuration has obtained a token before: then its encoding is right. */
  readonly workedBefore: boolean;
}

const OAUTH_REMEDIES: Readonly<Record<OAuthErrorCode, string>> = {
  invalid_request: 'Check tokenRequestFormat and clientAuthentication.',
  invalid_client: 'Check clientId and clientSecret; after a rotation, provide the new secret.',
  invalid_grant: 'Ask Phoenix whether this client may use the client credentials grant.',
  unauthorized_client: 'Ask Phoenix to enable the client credentials grant for this client.',
  unsupported_grant_type: 'Check that tokenUrl is the token endpoint of Phoenix.',
  invalid_scope: 'Check scope (PHOENIX_SCOPE), or leave it out.',
};

const SCOPE_NEEDED =
  'No scope was sent, and this server wants one: set scope (PHOENIX_SCOPE) to what was granted to you.';

/** Errors of a server that may not have found what it looked for, because it looked elsewhere. */
const ENCODING_ERRORS: ReadonlySet<OAuthErrorCode> = new Set([
  'invalid_request',
  'invalid_client',
  'unsupported_grant_type',
]);

/** Failures of a server that may have stumbled over the encoding. */
const ENCODING_FAILURES: ReadonlySet<number> = new Set([500, 501]);

/** There is no token endpoint at this address. */
const WRONG_ADDRESS: ReadonlySet<number> = new Set([404, 405, 410]);

/**
 * What to try after a refusal, most likely first. A server that wants another encoding of the request
 * answers with almost anything, so the other encodings are named until the configuration has worked once.
 */
export function remedyFor(refused: RefusedRequest): string {
  const usual = usualRemedy(refused);
  if (refused.workedBefore || !mayBeEncoding(refused)) return usual;
  return refused.oauthError === 'invalid_client'
    ? `${usual} If they are right, the server may want another encoding. ${encodings(refused)}`
    : `The server may want another encoding. ${encodings(refused)} ${usual}`;
}

function usualRemedy({ status, oauthError, style }: RefusedRequest): string {
  if (oauthError === 'invalid_scope' && style.scope === undefined) return SCOPE_NEEDED;
  if (oauthError !== undefined) return OAUTH_REMEDIES[oauthError];
  if (status >= 500) return 'It will be asked again later.';
  return WRONG_ADDRESS.has(status)
    ? 'Check tokenUrl.'
    : 'Check tokenUrl, tokenRequestFormat and clientAuthentication.';
}

function mayBeEncoding({ status, oauthError }: RefusedRequest): boolean {
  if (oauthError !== undefined) return ENCODING_ERRORS.has(oauthError);
  return status >= 500 ? ENCODING_FAILURES.has(status) : !WRONG_ADDRESS.has(status);
}

/** The three other encodings, as what to set for each of them. */
function encodings(refused: RefusedRequest): string {
  const { tokenRequestFormat, clientAuthentication } = refused.style;
  const format =
    tokenRequestFormat === 'json'
      ? "tokenRequestFormat: 'form' (PHOENIX_TOKEN_REQUEST_FORMAT=form)"
      : "tokenRequestFormat: 'json' (PHOENIX_TOKEN_REQUEST_FORMAT=json)";
  const authentication =
    clientAuthentication === 'body'
      ? "clientAuthentication: 'basic' (PHOENIX_CLIENT_AUTHENTICATION=basic)"
      : "clientAuthentication: 'body' (PHOENIX_CLIENT_AUTHENTICATION=body)";
  const [first, second] = looksForCredentialsElsewhere(refused)
    ? [authentication, format]
    : [format, authentication];
  return `Until a token was obtained, try in this order: ${first}; with it ${second}; the latter alone.`;
}

/** Whether the server read the request, and missed the credentials in it. */
function looksForCredentialsElsewhere({ oauthError, style, challenge }: RefusedRequest): boolean {
  if (style.clientAuthentication === 'body' && asksForBasic(challenge)) return true;
  const readable = style.tokenRequestFormat === 'form' || style.clientAuthentication === 'basic';
  return oauthError === 'invalid_client' && readable;
}

/** Several challenges may share the header, and quoted text may hold anything. */
function asksForBasic(challenge = ''): boolean {
  return /(^|,)\s*basic(\s|,|$)/i.test(challenge.replace(/"(\\.|[^"\\])*"/g, '""'));
}
