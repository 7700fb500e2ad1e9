/** The security scheme of the shop's OpenAPI document: a customer's session token. */
export const SESSION_SCHEME = 'session';
