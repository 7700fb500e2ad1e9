import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import type { PhoenixSandbox } from '../../src/sandbox/index.js';

/** A bare connection to a sandbox, for what no HTTP client would send or show. */
export class RawConnection {
  received = '';
  /** `ECONNRESET` when it was reset. */
  error: string | undefined;

  private constructor(private readonly socket: Socket) {
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => (this.received += text));
    socket.on('error', (error: NodeJS.ErrnoException) => (this.error = error.code));
  }

  static async open(sandbox: PhoenixSandbox): Promise<RawConnection> {
    const socket = connect(Number(new URL(sandbox.origin).port), '127.0.0.1');
    await once(socket, 'connect');
    return new RawConnection(socket);
  }

  send(text: string): this {
    this.socket.write(text);
    return this;
  }

  /** What has arrived as soon as it is `condition`. */
  async receives(condition: (received: string) => boolean): Promise<string> {
    while (!condition(this.received)) await once(this.socket, 'data');
    return this.received;
  }

  /** Whole replies, without body or with `Content-Length`, as soon as there are so many. */
  async replies(count: number): Promise<string[]> {
    const received = await this.receives((text) => parseReplies(text).length >= count);
    return parseReplies(received);
  }

  /** What had arrived when the sandbox closed the connection. */
  async closed(): Promise<string> {
    if (!this.socket.closed) await new Promise((resolve) => this.socket.once('close', resolve));
    return this.received;
  }

  /** Ends it without a word. */
  destroy(): void {
    this.socket.destroy();
  }
}

/** A request in HTTP/1.1, with `Content-Length`. */
export function rawRequest(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body = '',
): string {
  const all = { Host: '127.0.0.1', ...headers, 'Content-Length': String(Buffer.byteLength(body)) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}

function parseReplies(received: string): string[] {
  const replies: string[] = [];
  for (let rest = received; ;) {
    const head = rest.indexOf('\r\n\r\n') + 4;
    const length = Number(/^content-length: (\d+)/im.exec(rest.slice(0, head))?.[1] ?? 0);
    if (head === 3 || rest.length < head + length) return replies;
    replies.push(rest.slice(0, head + length));
    rest = rest.slice(head + length);
  }
}
