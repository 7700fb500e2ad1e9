/** Anything JSON can express. */
export type JsonValue =
  string | number | boolean | null | JsonValue[] | { [member: string]: JsonValue };

/** What every fault can carry. */
export interface FaultCommon {
  /** How many token requests it affects. Default: all, until faults are cleared. */
  readonly times?: number | undefined;
  /** Wait before the reply, in milliseconds; the token's life already runs. Default 0. */
  readonly delayMs?: number | undefined;
  /** The vendor's clock minus ours, in seconds: shifts `iat`, `exp` and the `Date` header. Default 0. */
  readonly clockSkewSeconds?: number | undefined;
  /** Leaves the `Date` header out. Default false. */
  readonly omitDate?: boolean | undefined;
}

/**
 * The usual token reply, altered as told; all alterations combine. Without any it is the usual reply:
 * a slow one with `delayMs`, or a pause between other faults with `times`.
 */
export interface TokenFault extends FaultCommon {
  readonly kind: 'token';
  /** Life of the token in seconds, in `expires_in` and in the JWT. Default: `tokenLifetimeSeconds`. */
  readonly lifetimeSeconds?: number | undefined;
  /** Life in the JWT alone, so that `exp` contradicts `expires_in`. Default: as `expires_in`. */
  readonly jwtLifetimeSeconds?: number | undefined;
  /** Hands out the last issued token again, with an `expires_in` as if it were new. Default false. */
  readonly reissue?: boolean | undefined;
  /** Members of the reply to add or replace, e.g. `{ expires_in: '3600abc' }`. */
  readonly set?: Readonly<Record<string, JsonValue>> | undefined;
  /** Members of the reply to leave out, e.g. `['scope']`. */
  readonly remove?: readonly string[] | undefined;
}

/** Never answers: the connection stays open until the client or the sandbox closes it. */
export interface HangFault extends FaultCommon {
  readonly kind: 'hang';
}

/** Sends the headers and half of the usual body, then nothing more. */
export interface HangBodyFault extends FaultCommon {
  readonly kind: 'hang-body';
}

/** Resets the connection without a reply. */
export interface DisconnectFault extends FaultCommon {
  readonly kind: 'disconnect';
}

/** Closes the connection after the headers and half of the usual body. */
export interface DisconnectBodyFault extends FaultCommon {
  readonly kind: 'disconnect-body';
}

/** An error status. At most one of `error`, `body` and `rawBody`; default: a JSON `message`. */
export interface StatusFault extends FaultCommon {
  readonly kind: 'status';
  /** 400 to 599. */
  readonly status: number;
  /** The `Retry-After` header (RFC 9110 §10.2.3): seconds, or any text such as an HTTP date. */
  readonly retryAfter?: number | string | undefined;
  /** An OAuth error code (RFC 6749 §5.2), e.g. `invalid_client`. */
  readonly error?: string | undefined;
  /** A JSON body. */
  readonly body?: JsonValue | undefined;
  /** A `text/plain` body. */
  readonly rawBody?: string | undefined;
}

/** 200 with an HTML page. */
export interface HtmlFault extends FaultCommon {
  readonly kind: 'html';
}

/** The usual reply without its last characters: not JSON, although the whole token is in it. */
export interface TruncatedFault extends FaultCommon {
  readonly kind: 'truncated';
}

/** 200 with an empty body. */
export interface EmptyFault extends FaultCommon {
  readonly kind: 'empty';
}

/** The usual reply with one more member, which makes it longer than 1 MiB. */
export interface HugeFault extends FaultCommon {
  readonly kind: 'huge';
}

/** A redirect that a client must not follow, because a 307 posts the secret again. */
export interface RedirectFault extends FaultCommon {
  readonly kind: 'redirect';
  /** Default 307. */
  readonly status?: 301 | 302 | 303 | 307 | 308 | undefined;
  /** Default `/sandbox/redirect-target`, which answers with a token and counts its hits. */
  readonly location?: string | undefined;
}

/** 200 with any JSON value as its body. */
export interface ReplyFault extends FaultCommon {
  readonly kind: 'reply';
  readonly body: JsonValue;
}

/** A fault of the token endpoint. */
export type SandboxFault =
  | TokenFault
  | HangFault
  | HangBodyFault
  | DisconnectFault
  | DisconnectBodyFault
  | StatusFault
  | HtmlFault
  | TruncatedFault
  | EmptyFault
  | HugeFault
  | RedirectFault
  | ReplyFault;

/** The name of a fault. */
export type SandboxFaultKind = SandboxFault['kind'];
