import {
  createServer,
  type IncomingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

type Reply = (response: ServerResponse) => void;

const TOKEN = { access_token: 'token-of-the-bare-vendor', token_type: 'Bearer', expires_in: 3600 };

const usualReply: Reply = (response) => {
  response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(TOKEN));
};

/** A token endpoint without any manners: keeps requests as they came, and sends what it is told to. */
export class BareVendor implements AsyncDisposable {
  readonly requests: SeenRequest[] = [];
  readonly #server: Server;

  private constructor(reply: Reply) {
    this.#server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      request.on('end', () => {
        const { method = '', url = '', headers } = request;
        this.requests.push({ method, url, headers, body });
        reply(response);
      });
    });
  }

  static async start(reply = usualReply): Promise<BareVendor> {
    const vendor = new BareVendor(reply);
    await new Promise<void>((resolve) => vendor.#server.listen(0, '127.0.0.1', resolve));
    return vendor;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get tokenUrl(): string {
    return `${this.origin}/oauth/token`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
