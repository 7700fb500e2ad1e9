import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A connection on which a test writes bytes as they are. */
export class RawConnection implements Disposable {
  received = '';
  readonly closed: Promise<void>;

  private constructor(readonly socket: Socket) {
    socket.setEncoding('latin1').on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        resolve();
      });
    });
  }

  static async to(url: string): Promise<RawConnection> {
    const { port, hostname } = new URL(url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    return new RawConnection(socket);
  }

  write(text: string): this {
    this.socket.write(text);
    return this;
  }

  get(path: string, headers: Readonly<Record<string, string>> = {}): this {
    return this.write(requestFor(path, headers));
  }

  /** Takes note of what arrives from now on; before, nothing is read. */
  read(): this {
    this.socket.on('data', (chunk: string) => (this.received += chunk));
    return this;
  }

  /** Resolves once so many answers have begun to arrive. */
  async receives(answers: number): Promise<void> {
    if (this.socket.listenerCount('data') === 0) this.read();
    while (this.received.split('HTTP/1.1 ').length <= answers) await once(this.socket, 'data');
  }

  /** Everything that arrives until the end. */
  async all(): Promise<string> {
    this.read();
    await this.closed;
    return this.received;
  }

  [Symbol.dispose](): void {
    this.socket.destroy();
  }
}

export function requestFor(path: string, headers: Readonly<Record<string, string>> = {}): string {
  const lines = Object.entries({ Host: 'localhost', ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  return `GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`;
}
