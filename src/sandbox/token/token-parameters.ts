import { OAuthError } from './oauth-error.js';
import type { RawTokenRequest } from './token-request.js';

/**
 * The parameters of a JSON or form body. One without a value counts as absent (RFC 6749 §3.2).
 *
 * @throws OAuthError
 */
export function readTokenParameters({
  contentType,
  body,
}: Pick<RawTokenRequest, 'contentType' | 'body'>): Map<string, string> {
  switch (contentType) {
    case 'application/json':
      return withoutEmpty(jsonParameters(body));
    case 'application/x-www-form-urlencoded':
      return withoutEmpty(formParameters(body));
    default:
      throw new OAuthError(
        'invalid_request',
        'The content type must be application/json or application/x-www-form-urlencoded.',
      );
  }
}

function formParameters(body: string): [string, string][] {
  const parameters = [...new URLSearchParams(body)];
  if (new Set(parameters.map(([name]) => name)).size < parameters.length) {
    throw new OAuthError('invalid_request', 'A parameter occurs more than once.');
  }
  return parameters;
}

function jsonParameters(body: string): [string, string][] {
  return Object.entries(parseObject(body)).flatMap(([name, value]) => {
    if (typeof value === 'string') return [[name, value]];
    if (!['grant_type', 'client_id', 'client_secret'].includes(name)) return [];
    throw new OAuthError('invalid_request', `The parameter ${name} is not a single string.`);
  });
}

function parseObject(body: string): object {
  const value = parseJson(body);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new OAuthError('invalid_request', 'The body is not a JSON object.');
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function withoutEmpty(parameters: [string, string][]): Map<string, string> {
  return new Map(parameters.filter(([, value]) => value !== ''));
}
