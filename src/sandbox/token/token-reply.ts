/** How a reply leaves the house. */
export type Delivery = 'whole' | 'nothing' | 'reset' | 'half-then-silence' | 'half-then-disconnect';

/** A reply of the token endpoint, before it is sent. */
export interface TokenReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly delivery: Delivery;
  /** A client can find a token in it. */
  readonly carriesToken: boolean;
}

// RFC 6749 §5.1
const NOT_CACHED = { 'Cache-Control': 'no-store', Pragma: 'no-cache' };

export function textReply(
  status: number,
  contentType: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): TokenReply {
  return {
    status,
    headers: { 'Content-Type': contentType, ...NOT_CACHED, ...headers },
    body,
    delivery: 'whole',
    carriesToken: false,
  };
}

export function jsonReply(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): TokenReply {
  return textReply(status, 'application/json; charset=utf-8', JSON.stringify(body), headers);
}
