import { z } from 'zod';
import {
  OAUTH_ERROR_CODES,
  PhoenixError,
  type OAuthErrorCode,
  type PhoenixErrorCode,
} from '../phoenix-error.js';
import { dateOf } from './http-date.js';
import { remedyFor } from './refusal-remedy.js';
import { parseRetryAfter } from './retry-after.js';
import type { TokenHttpReply, TokenRequestContext } from './token-response.js';
import { vendorDescriptionIn } from './vendor-description.js';

const oauthErrorResponse = z.object({ error: z.enum(OAUTH_ERROR_CODES) });

/** What a reply says that is not of the 2xx: the code, what happened, and what to do. */
export function refusalOf(reply: TokenHttpReply, context: TokenRequestContext): PhoenixError {
  const { status, headers, body } = reply;
  const retryAfterMs = parseRetryAfter(
    headers['retry-after'],
    dateOf(headers) ?? reply.requestedAtWallMs,
  );
  const [code, message] = explain(reply, context);
  return new PhoenixError(code, message, {
    status,
    retryAfterMs,
    vendorDescription: vendorDescriptionIn(body, context.confidential),
  });
}

function explain(
  { status, headers, body }: TokenHttpReply,
  { style, workedBefore }: TokenRequestContext,
): [PhoenixErrorCode, string] {
  const challenge = headers['www-authenticate'];
  const remedy = (oauthError?: OAuthErrorCode) =>
    remedyFor({
      status,
      oauthError,
      style,
      challenge: typeof challenge === 'string' ? challenge : undefined,
      workedBefore,
    });
  if (status === 429) {
    return [
      'rate_limited',
      'The Phoenix token endpoint asks us to slow down (HTTP 429). It will be asked again later.',
    ];
  }
  if (status === 408 || status >= 500) {
    return ['server_error', `The Phoenix token endpoint failed (HTTP ${status}). ${remedy()}`];
  }
  if (status < 400) {
    return [
      'redirect_refused',
      `The Phoenix token endpoint redirects (HTTP ${status}). Redirects are not followed, because they ` +
        'could carry the client secret elsewhere. Set tokenUrl to the final address.',
    ];
  }
  // A 401 means just that (RFC 6749 §5.2), whatever its body says.
  const oauthError = oauthErrorOf(body) ?? (status === 401 ? 'invalid_client' : undefined);
  return oauthError === undefined
    ? [
        'request_rejected',
        `The Phoenix token endpoint rejected the request (HTTP ${status}). ${remedy()}`,
      ]
    : [
        oauthError,
        `Phoenix refused to issue a token: ${oauthError} (HTTP ${status}). ${remedy(oauthError)}`,
      ];
}

function oauthErrorOf(body: string): OAuthErrorCode | undefined {
  try {
    return oauthErrorResponse.safeParse(JSON.parse(body)).data?.error;
  } catch {
    return undefined;
  }
}
