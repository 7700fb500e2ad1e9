import type { ClientAuthentication } from '../stats/sandbox-stats.js';
import type { SandboxRequest } from '../http/request.js';

/** A refusal by the token endpoint (RFC 6749 §5.2). Its description never quotes what the client sent. */
export class OAuthError extends Error {
  override readonly name = 'OAuthError';

  constructor(
    readonly code: 'invalid_request' | 'invalid_client' | 'unsupported_grant_type',
    description: string,
    /** The client used the Authorization header, so the reply must name a scheme. */
    readonly viaHeader = false,
  ) {
    super(description);
  }
}

const invalidRequest = (description: string) => new OAuthError('invalid_request', description);

/** A token request that is well formed; nothing in it has been checked yet. */
export interface TokenRequest {
  readonly grantType: string;
  readonly clientId: string | undefined;
  readonly clientSecret: string | undefined;
  readonly viaHeader: boolean;
}

/** @throws OAuthError */
export function readTokenRequest(request: SandboxRequest): TokenRequest {
  const parameters = readParameters(request);
  const { authorization } = request.headers;
  const grantType = parameters.get('grant_type');
  if (grantType === undefined) {
    throw invalidRequest('The parameter grant_type is missing.');
  }
  const clientId = parameters.get('client_id');
  const clientSecret = parameters.get('client_secret');
  if (authorization === undefined) return { grantType, clientId, clientSecret, viaHeader: false };
  if (clientSecret !== undefined) {
    throw invalidRequest(
      'The client authenticated in the body and in the Authorization header; use one of them.',
    );
  }
  const basic = readBasicCredentials(authorization);
  if (clientId !== undefined && clientId !== basic.clientId) {
    throw invalidRequest(
      'The client_id in the body differs from the one in the Authorization header.',
    );
  }
  return { grantType, ...basic, viaHeader: true };
}

/** How a request authenticates, as far as that can be seen; for the statistics. */
export function authenticationOf(request: SandboxRequest): ClientAuthentication {
  const inBody = hasSecretInBody(request);
  if (request.headers.authorization === undefined) return inBody ? 'body' : 'none';
  return inBody ? 'both' : 'basic';
}

function hasSecretInBody(request: SandboxRequest): boolean {
  try {
    return readParameters(request).has('client_secret');
  } catch {
    return false;
  }
}

/** The parameters of a JSON or form body. One without a value counts as absent (RFC 6749 §3.2). */
function readParameters({ mediaType, body }: SandboxRequest): Map<string, string> {
  if (body === undefined || (mediaType !== null && !/^\S+\/\S+$/.test(mediaType))) {
    throw invalidRequest('The request has a body or a content type that cannot be read.');
  }
  switch (mediaType) {
    case 'application/json':
      return withoutEmpty(jsonParameters(body));
    case 'application/x-www-form-urlencoded':
      return withoutEmpty(formParameters(body));
    default:
      throw invalidRequest(
        'The content type must be application/json or application/x-www-form-urlencoded.',
      );
  }
}

function formParameters(body: string): [string, string][] {
  const parameters = [...new URLSearchParams(body)];
  if (new Set(parameters.map(([name]) => name)).size < parameters.length) {
    throw invalidRequest('A parameter occurs more than once.');
  }
  return parameters;
}

function jsonParameters(body: string): [string, string][] {
  return Object.entries(parseObject(body)).flatMap(([name, value]) => {
    if (typeof value === 'string') return [[name, value]];
    if (!['grant_type', 'client_id', 'client_secret'].includes(name)) return [];
    throw invalidRequest(`The parameter ${name} is not a single string.`);
  });
}

function parseObject(body: string): object {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    value = undefined;
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw invalidRequest('The body is not a JSON object.');
}

function withoutEmpty(parameters: [string, string][]): Map<string, string> {
  return new Map(parameters.filter(([, value]) => value !== ''));
}

/** HTTP Basic, of which both halves are form-urlencoded first (RFC 6749 §2.3.1). */
function readBasicCredentials(authorization: string): { clientId: string; clientSecret: string } {
  const encoded = /^basic +([\w+/=-]+) *$/i.exec(authorization)?.[1] ?? '';
  const [, clientId, clientSecret] =
    /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString()) ?? [];
  try {
    if (clientId !== undefined && clientSecret !== undefined) {
      return { clientId: formDecode(clientId), clientSecret: formDecode(clientSecret) };
    }
  } catch {
    // The same refusal.
  }
  throw new OAuthError(
    'invalid_client',
    'The Authorization header does not carry HTTP Basic credentials, form-urlencoded and then in base64.',
    true,
  );
}

function formDecode(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}
