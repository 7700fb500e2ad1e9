import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** Longest body that is read, in bytes. */
const MAX_BODY_BYTES = 1024 * 1024;

/** Methods whose body, if any, means nothing. */
const METHODS_WITHOUT_BODY = ['GET', 'HEAD', 'TRACE'];

/** A request of which all was received. */
export interface SandboxRequest {
  readonly method: string;
  /** Path and query as they were sent. */
  readonly target: string;
  /** Without the query, percent-decoded; undefined when it cannot be decoded. */
  readonly path: string | undefined;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** Media type without parameters, in lower case. */
  readonly mediaType: string | null;
  /** Undefined when it is longer than 1 MiB. */
  readonly body: string | undefined;
}

/** @throws Error when the connection ends in the middle of the body */
export async function readRequest(incoming: IncomingMessage): Promise<SandboxRequest> {
  const { method = '', url: target = '', headers } = incoming;
  const [, path = '', query = ''] = /^(?:https?:\/\/[^/?]*)?([^?]*)\??(.*)$/is.exec(target) ?? [];
  return {
    method,
    target,
    path: decode(path === '' ? '/' : path),
    query: new URLSearchParams(query),
    headers,
    mediaType: headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? null,
    body: METHODS_WITHOUT_BODY.includes(method) ? '' : await readText(incoming),
  };
}

/** A parameter of the query; one that is empty or given more than once counts as absent. */
export function parameter({ query }: SandboxRequest, name: string): string | undefined {
  const [value, ...others] = query.getAll(name);
  return value === '' || others.length > 0 ? undefined : value;
}

function decode(path: string): string | undefined {
  try {
    return decodeURI(path);
  } catch {
    return undefined;
  }
}

async function readText(incoming: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let isTooLong = Number(incoming.headers['content-length'] ?? 0) > MAX_BODY_BYTES;
  let length = 0;
  if (!isTooLong) {
    // Kept open, so that the client can read the reply.
    for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
      length += (chunk as Buffer).length;
      isTooLong = length > MAX_BODY_BYTES;
      if (isTooLong) break;
      chunks.push(chunk as Buffer);
    }
  }
  if (!isTooLong) return Buffer.concat(chunks).toString();
  // The rest is received and dropped: a client may read only after it has sent everything.
  incoming.resume();
  return undefined;
}
