/** How a reply leaves the sandbox. */
export type Delivery = 'whole' | 'nothing' | 'reset' | 'half-then-silence' | 'half-then-disconnect';

/** A reply before it is sent. `Content-Length` and, unless told otherwise, `Date` are added then. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Default `whole`. */
  readonly delivery?: Delivery;
  /** Wait before the reply, in milliseconds. Default 0. */
  readonly delayMs?: number;
  /** The `Date` header in milliseconds since the epoch; null leaves it out. Default: now. */
  readonly dateMs?: number | null;
  /** Called once, when the request is over: whether the whole reply was sent. */
  readonly onEnd?: (isSent: boolean) => void;
}

type Headers = Readonly<Record<string, string>>;

export function textReply(
  status: number,
  contentType: string,
  body: string,
  headers: Headers = {},
): Reply {
  return { status, headers: { 'Content-Type': contentType, ...headers }, body };
}

export function jsonReply(status: number, body: unknown, headers: Headers = {}): Reply {
  return textReply(status, 'application/json; charset=utf-8', JSON.stringify(body), headers);
}

export function htmlReply(status: number, body: string, headers: Headers = {}): Reply {
  return textReply(status, 'text/html; charset=utf-8', body, headers);
}

export const NO_CONTENT: Reply = { status: 204, headers: {}, body: '' };
