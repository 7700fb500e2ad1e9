import type { ClientAuthentication } from '../stats/sandbox-stats.js';
import { readBasicCredentials } from './basic-credentials.js';
import { OAuthError } from './oauth-error.js';
import { readTokenParameters } from './token-parameters.js';

/** A token request as it came over the wire. */
export interface RawTokenRequest {
  /** Media type without parameters, in lower case. */
  readonly contentType: string | null;
  readonly authorization: string | undefined;
  readonly body: string;
}

/** A token request that is well formed; nothing in it has been checked yet. */
export interface TokenRequest {
  readonly grantType: string;
  readonly clientId: string | undefined;
  readonly clientSecret: string | undefined;
  readonly viaHeader: boolean;
}

/** @throws OAuthError */
export function readTokenRequest(raw: RawTokenRequest): TokenRequest {
  const parameters = readTokenParameters(raw);
  const grantType = parameters.get('grant_type');
  if (grantType === undefined) {
    throw new OAuthError('invalid_request', 'The parameter grant_type is missing.');
  }
  const clientId = parameters.get('client_id');
  const clientSecret = parameters.get('client_secret');
  if (raw.authorization === undefined) {
    return { grantType, clientId, clientSecret, viaHeader: false };
  }
  if (clientSecret !== undefined) {
    throw new OAuthError(
      'invalid_request',
      'The client authenticated in the body and in the Authorization header; use one of them.',
    );
  }
  const basic = readBasicCredentials(raw.authorization);
  if (clientId !== undefined && clientId !== basic.clientId) {
    throw new OAuthError(
      'invalid_request',
      'The client_id in the body differs from the one in the Authorization header.',
    );
  }
  return { grantType, ...basic, viaHeader: true };
}

/** How a request authenticates, as far as that can be told; for the statistics. */
export function authenticationOf(raw: RawTokenRequest): ClientAuthentication {
  const inBody = hasSecretInBody(raw);
  if (raw.authorization === undefined) return inBody ? 'body' : 'none';
  return inBody ? 'both' : 'basic';
}

function hasSecretInBody(raw: RawTokenRequest): boolean {
  try {
    return readTokenParameters(raw).has('client_secret');
  } catch {
    return false;
  }
}
