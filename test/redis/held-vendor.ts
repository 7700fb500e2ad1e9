import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from '../support/redis-server.js';

/** A token endpoint that answers when it is told to, each request with a token of its own. */
export class HeldVendor implements AsyncDisposable {
  readonly #waiting: ServerResponse[] = [];
  readonly #server: Server;
  #requests = 0;

  private constructor() {
    this.#server = createServer((request, response) => {
      this.#requests++;
      this.#waiting.push(response);
      request.resume();
    });
  }

  static async start(): Promise<HeldVendor> {
    const vendor = new HeldVendor();
    await new Promise<void>((resolve) => vendor.#server.listen(0, '127.0.0.1', resolve));
    return vendor;
  }

  get requests(): number {
    return this.#requests;
  }

  get tokenUrl(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/oauth/token`;
  }

  async asked(times: number, withinMs?: number): Promise<void> {
    await eventually(
      () => this.#requests,
      (requests) => requests === times,
      withinMs,
    );
  }

  /** Answers the request with this number (the first is 1). */
  answer(number: number): void {
    this.#waiting[number - 1]?.writeHead(200, { 'Content-Type': 'application/json' }).end(
      JSON.stringify({
        access_token: tokenOf(number),
        token_type: 'Bearer',
        expires_in: 3600,
      }),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

export function tokenOf(number: number): string {
  return `secret-token-number-${number}`;
}
