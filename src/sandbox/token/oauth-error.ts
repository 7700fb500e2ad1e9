/** The codes of RFC 6749 §5.2 that the sandbox itself uses; a fault can send any other. */
export type OAuthErrorCode = 'invalid_request' | 'invalid_client' | 'unsupported_grant_type';

/** A refusal by the token endpoint. Its description never quotes what the client sent. */
export class OAuthError extends Error {
  override readonly name = 'OAuthError';

  constructor(
    readonly code: OAuthErrorCode,
    description: string,
    /** The client used the Authorization header, so the reply must name a scheme (RFC 6749 §5.2). */
    readonly viaHeader = false,
  ) {
    super(description);
  }

  get status(): 400 | 401 {
    return this.code === 'invalid_client' ? 401 : 400;
  }
}
