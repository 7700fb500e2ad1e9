import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A firewall between us and a server, which may forget connections without a word to either side. */
export class ForgetfulProxy implements AsyncDisposable {
  readonly #sockets = new Set<Socket>();
  #toSwallow = 0;
  #target: number;

  private constructor(
    private readonly server: Server,
    port: number,
  ) {
    this.#target = port;
  }

  /** @param port of the server on this machine */
  static async before(port: number): Promise<ForgetfulProxy> {
    const server = createServer();
    const proxy = new ForgetfulProxy(server, port);
    server.on('connection', (near) => {
      proxy.#accept(near);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** From now on nothing passes through the connections that exist; new ones work. */
  forgetConnections(): void {
    for (const socket of this.#sockets) {
      socket.unpipe();
      socket.resume();
    }
  }

  /** From now on new connections lead to another server; those that exist stay as they are. */
  leadTo(port: number): void {
    this.#target = port;
  }

  /** Accepts the next connections, and passes nothing through them. */
  swallowNext(connections: number): void {
    this.#toSwallow = connections;
  }

  /** Whether all of them have come that were to be swallowed. */
  get swallowed(): boolean {
    return this.#toSwallow === 0;
  }

  /** Ends all connections. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    this.server.close();
    await once(this.server, 'close');
  }

  #accept(near: Socket): void {
    this.#watch(near);
    if (this.#toSwallow > 0) {
      this.#toSwallow--;
      near.resume();
      return;
    }
    const far = connect(this.#target, '127.0.0.1');
    this.#watch(far);
    near.pipe(far).pipe(near);
  }

  #watch(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => this.#sockets.delete(socket));
  }
}
