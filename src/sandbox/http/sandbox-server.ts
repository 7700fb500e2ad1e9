import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { explainListenFailure, type ListenAddress } from '../../listen-failure.js';
import type { Reply } from './reply.js';
import { readRequest, type SandboxRequest } from './request.js';
import { sendReply } from './send-reply.js';

const SETTINGS = {
  port: 'the option "port" (PORT for npm run sandbox)',
  host: 'the option "host" (HOST for npm run sandbox)',
};

/** Longer than the pools of usual clients keep a connection, so that none meets one that closes. */
const KEEP_ALIVE_MS = 72_000;

/** The HTTP server of a sandbox. */
export class SandboxServer {
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;
  #isReferenced = true;

  private constructor(answer: (request: SandboxRequest) => Reply) {
    this.#server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (incoming, response) => {
      void respond(answer, incoming, response);
    });
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      if (!this.#isReferenced) socket.unref();
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  /** @throws Error with cause and remedy when the address cannot be listened on */
  static async listen(
    { port, host }: ListenAddress,
    answer: (request: SandboxRequest) => Reply,
  ): Promise<SandboxServer> {
    const server = new SandboxServer(answer);
    server.#server.listen(port, host);
    try {
      await once(server.#server, 'listening');
    } catch (error) {
      const explanation = explainListenFailure(error, { port, host }, SETTINGS);
      throw explanation === undefined ? error : new Error(explanation);
    }
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Lets the process end although the server listens, and although connections are open. */
  unref(): void {
    this.#isReferenced = false;
    this.#server.unref();
    for (const socket of this.#sockets) socket.unref();
  }

  /** Stops listening and cuts every connection. Resolves when all are gone. */
  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}

async function respond(
  answer: (request: SandboxRequest) => Reply,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const request = await readRequest(incoming).catch(() => undefined);
  // The client left in the middle of its body.
  if (request === undefined) return;
  const reply = answer(request);
  const isSent = await sendReply(reply, incoming.socket, response);
  reply.onEnd?.(isSent);
}
