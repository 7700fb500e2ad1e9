import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';

interface Connection {
  /** Requests that are not answered in full, in the order in which they came. */
  readonly open: Set<FastifyReply>;
  /** What is being sent, or waits for its turn. */
  readonly streams: Set<Readable>;
}

/**
 * Knows the connections of a server and what is under way on each of them, for what Node.js does
 * not do by itself: replies that wait behind others in a pipeline learn nothing of a lost connection,
 * and keep-alive outlasts a shutdown.
 */
export class Connections {
  readonly #connections = new Map<Socket, Connection>();
  #draining = false;

  /**
   * @param server whose connections these are
   * @param onAborted called for each request whose connection was lost before its answer was sent
   */
  constructor(
    private readonly server: Server,
    private readonly onAborted: (reply: FastifyReply) => void,
  ) {
    server.on('connection', (socket: Socket) => this.#of(socket));
  }

  begin(request: FastifyRequest, reply: FastifyReply): void {
    const connection = this.#of(request.raw.socket);
    connection.open.add(reply);
    if (this.#draining) announceEnd(connection);
  }

  /** @returns false when it was reported as aborted before */
  end(request: FastifyRequest, reply: FastifyReply): boolean {
    const { socket } = request.raw;
    const connection = this.#connections.get(socket);
    const known = connection?.open.delete(reply) === true;
    if (this.#draining && connection?.open.size === 0) socket.destroySoon();
    return known;
  }

  /** Requests under way on a connection. */
  openOn(socket: Socket): readonly FastifyReply[] {
    return [...(this.#connections.get(socket)?.open ?? [])];
  }

  /** Ends a connection with the answer to its last request. */
  endAfterLast(socket: Socket): void {
    const connection = this.#connections.get(socket);
    if (connection !== undefined) announceEnd(connection);
  }

  /** Ends a stream with the connection that it is to be sent on, so that no file stays open. */
  tie(stream: Readable, { raw: { socket } }: FastifyRequest): void {
    if (socket.destroyed) {
      stream.destroy();
      return;
    }
    const { streams } = this.#of(socket);
    streams.add(stream);
    stream.once('close', () => streams.delete(stream));
  }

  /** From now on, each connection ends with the last answer on it (RFC 9112 §9.6); idle ones at once. */
  drain(): void {
    this.#draining = true;
    for (const [socket, connection] of this.#connections) {
      announceEnd(connection);
      // Node.js takes a connection on which nothing was ever sent for a busy one.
      if (connection.open.size === 0 && socket.bytesRead === 0) socket.destroy();
    }
    this.server.closeIdleConnections();
  }

  /** Cuts whatever is still under way. */
  destroyAll(): void {
    for (const socket of this.#connections.keys()) socket.destroy();
  }

  #of(socket: Socket): Connection {
    const known = this.#connections.get(socket);
    if (known !== undefined) return known;
    const connection: Connection = { open: new Set(), streams: new Set() };
    this.#connections.set(socket, connection);
    socket.once('close', () => {
      this.#connections.delete(socket);
      for (const reply of connection.open) this.onAborted(reply);
      for (const stream of connection.streams) stream.destroy();
    });
    return connection;
  }
}

/** The last answer of a pipeline says it: after one that does, a client expects no other. */
function announceEnd({ open }: Connection): void {
  const last = [...open].at(-1);
  for (const reply of open) reply.raw.shouldKeepAlive = reply !== last;
}
