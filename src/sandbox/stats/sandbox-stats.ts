/** How a token request carried the client's credentials. */
export type ClientAuthentication = 'body' | 'basic' | 'both' | 'none';

/** What is remembered of the last token request: never a value that was sent as a credential. */
export interface LastTokenRequest {
  /** Media type without parameters, e.g. `application/json`; null when there was none. */
  readonly contentType: string | null;
  readonly authentication: ClientAuthentication;
}

/** Counts since the start or the last reset. */
export interface SandboxStats {
  readonly tokenRequests: {
    /** All that arrived: succeeded + failed + pending. */
    readonly total: number;
    /** Answered with a whole reply that carries a token. */
    readonly succeeded: number;
    /** Answered with anything else, or cut off. */
    readonly failed: number;
    /** Not over yet, e.g. held by a fault. */
    readonly pending: number;
    /** Complete replies by HTTP status. */
    readonly byStatus: Readonly<Record<string, number>>;
  };
  /** Tokens issued, over HTTP or by `issueToken`; a re-issued one does not count again. */
  readonly tokensIssued: number;
  /** Checkout pages shown, and refused with 401. */
  readonly iframePages: { readonly shown: number; readonly refused: number };
  /** Requests to `/sandbox/redirect-target`: more than none means that a client followed a redirect. */
  readonly redirectTargetHits: number;
  readonly lastTokenRequest: LastTokenRequest | null;
}
