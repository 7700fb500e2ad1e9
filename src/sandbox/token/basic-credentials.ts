import { OAuthError } from './oauth-error.js';

/** HTTP Basic, of which both halves are form-urlencoded first (RFC 6749 §2.3.1). */
export function readBasicCredentials(authorization: string): {
  clientId: string;
  clientSecret: string;
} {
  const encoded = /^basic +([\w+/=-]+) *$/i.exec(authorization)?.[1];
  const [, clientId, clientSecret] =
    /^([^:]*):(.*)$/s.exec(Buffer.from(encoded ?? '', 'base64').toString('utf8')) ?? [];
  if (clientId === undefined || clientSecret === undefined) throw unreadable();
  return { clientId: formDecode(clientId), clientSecret: formDecode(clientSecret) };
}

function formDecode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw unreadable();
  }
}

function unreadable(): OAuthError {
  return new OAuthError(
    'invalid_client',
    'The Authorization header does not carry HTTP Basic credentials, form-urlencoded and then in base64.',
    true,
  );
}
