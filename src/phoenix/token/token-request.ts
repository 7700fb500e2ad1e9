/** How the token request is encoded; the vendor does not document it. */
export type TokenRequestFormat = 'json' | 'form';

/** Where the client's credentials travel: in the body or as HTTP Basic (RFC 6749 §2.3.1). */
export type ClientAuthentication = 'body' | 'basic';

export interface ClientCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface TokenRequestStyle {
  readonly tokenRequestFormat: TokenRequestFormat;
  readonly clientAuthentication: ClientAuthentication;
  readonly scope?: string | undefined;
}

export interface EncodedTokenRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Encodes a client credentials request (RFC 6749 §4.4.2). */
export function encodeTokenRequest(
  credentials: ClientCredentials,
  style: TokenRequestStyle,
): EncodedTokenRequest {
  const inBody = style.clientAuthentication === 'body';
  const parameters = {
    grant_type: 'client_credentials',
    ...(inBody && { client_id: credentials.clientId, client_secret: credentials.clientSecret }),
    ...(style.scope !== undefined && { scope: style.scope }),
  };
  const authorization = inBody ? {} : { Authorization: basicAuthorization(credentials) };
  return style.tokenRequestFormat === 'json'
    ? {
        headers: { 'Content-Type': 'application/json', ...authorization },
        body: JSON.stringify(parameters),
      }
    : {
        headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...authorization },
        body: new URLSearchParams(parameters).toString(),
      };
}

function basicAuthorization({ clientId, clientSecret }: ClientCredentials): string {
  const userPass = `${formEncode(clientId)}:${formEncode(clientSecret)}`;
  return `Basic ${Buffer.from(userPass).toString('base64')}`;
}

/** `application/x-www-form-urlencoded` of one value, as RFC 6749 §2.3.1 wants it before base64. */
function formEncode(value: string): string {
  return new URLSearchParams([['', value]]).toString().slice(1);
}
