import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { Certificate } from './certificate.js';
import { describeWith } from './describe-with.js';

const executable = process.env.REDIS_SERVER_PATH ?? 'redis-server';

export interface RedisAccess {
  readonly password?: string;
  /** Speaks TLS only. */
  readonly certificate?: Certificate;
}

/** A port that was free may be somebody else's a moment later. */
const PORT_ATTEMPTS = 5;

/** A Redis server of our own, on a port of its own, with nothing on disk. */
export class RedisServer implements AsyncDisposable {
  #process: ChildProcess | undefined;
  #admin: Redis | undefined;

  private constructor(
    readonly port: number,
    private readonly access: RedisAccess,
  ) {}

  static async start(access: RedisAccess = {}): Promise<RedisServer> {
    for (let attempt = 1; attempt < PORT_ATTEMPTS; attempt++) {
      const server = new RedisServer(await freePort(), access);
      if (await server.#runs()) return server;
    }
    const server = new RedisServer(await freePort(), access);
    await server.run();
    return server;
  }

  get url(): string {
    const { password } = this.access;
    return this.urlFor(password === undefined ? '' : `:${password}`);
  }

  /** @param login user and password, with a colon between them */
  urlFor(login: string): string {
    const scheme = this.access.certificate === undefined ? 'redis' : 'rediss';
    return `${scheme}://${login === '' ? '' : `${login}@`}127.0.0.1:${this.port}`;
  }

  /** A client for the test itself. */
  get admin(): Redis {
    if (this.#admin === undefined) throw new Error('The Redis server does not run.');
    return this.#admin;
  }

  /** Starts empty, on the same port as before. */
  async run(): Promise<void> {
    if (await this.#runs()) return;
    throw new Error(`${executable} ended at once (it needs version 7, and port ${this.port}).`);
  }

  /** @returns whether the port was free */
  async #runs(): Promise<boolean> {
    const { password, certificate } = this.access;
    const port = String(this.port);
    const listen = certificate === undefined ? ['--port', port] : tlsOn(port, certificate);
    // A replica would otherwise leave what its primary sends as a file.
    const memory = ['--save', '', '--repl-diskless-load', 'swapdb'];
    const settings = ['--bind', '127.0.0.1', ...memory];
    const login = password === undefined ? [] : ['--requirepass', password];
    const debug = ['--enable-debug-command', 'local'];
    const child = spawn(executable, [...listen, ...settings, ...login, ...debug], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    this.#process = child;
    let printed = '';
    const listens = await new Promise<boolean>((resolve) => {
      child.stdout.on('data', (chunk: Buffer) => {
        printed += chunk.toString();
        if (printed.includes('Ready to accept connections')) resolve(true);
      });
      child.once('exit', () => {
        resolve(false);
      });
    });
    if (!listens) return false;
    this.#admin = new Redis(this.url, {
      retryStrategy: () => 20,
      maxRetriesPerRequest: null,
      ...(certificate !== undefined && { tls: { ca: certificate.text } }),
    });
    this.#admin.on('error', () => undefined);
    return true;
  }

  async kill(): Promise<void> {
    this.#admin?.disconnect();
    this.#admin = undefined;
    const child = this.#process;
    this.#process = undefined;
    if (child?.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  /** Accepts connections, and answers nothing. */
  freeze(): void {
    this.#process?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#process?.kill('SIGCONT');
  }

  /** How many connections listen to the one channel there is. */
  async listeners(): Promise<number> {
    const [channel = ''] = (await this.admin.pubsub('CHANNELS')) as string[];
    const [, count] = (await this.admin.pubsub('NUMSUB', channel)) as [string, number];
    return count;
  }

  /** How many commands were refused for want of a right. */
  async refusals(): Promise<number> {
    const entries = (await this.admin.acl('LOG')) as unknown[][];
    return entries.reduce((sum, [, count]) => sum + Number(count), 0);
  }

  /** Cuts every connection whose last command was this one. */
  async cut(command: string): Promise<void> {
    const clients = String(await this.admin.client('LIST')).split('\n');
    for (const client of clients.filter((line) => line.includes(`cmd=${command}`))) {
      await this.admin.client('KILL', 'ID', /id=(\d+)/u.exec(client)?.[1] ?? '');
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }
}

/** Waits for what another process does; ends as soon as it is seen, however busy the machine is. */
export async function eventually<Value>(
  look: () => Value | Promise<Value>,
  isIt: (value: Value) => boolean = Boolean,
  withinMs = 60_000,
): Promise<Value> {
  const untilMs = performance.now() + withinMs;
  for (;;) {
    const value = await look();
    if (isIt(value)) return value;
    if (performance.now() > untilMs) {
      throw new Error(`It did not happen in ${withinMs} ms; last seen: ${JSON.stringify(value)}`);
    }
    await delay(20);
  }
}

function tlsOn(port: string, { certificateFile, keyFile }: Certificate): string[] {
  const files = ['--tls-cert-file', certificateFile, '--tls-key-file', keyFile];
  return ['--port', '0', '--tls-port', port, ...files, '--tls-auth-clients', 'no'];
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

export function describeWithRedis(name: string, suite: () => void): void {
  const present = spawnSync(executable, ['--version']).status === 0;
  const remedy = `There is no ${executable}. Install it, or set REDIS_SERVER_PATH to its executable.`;
  describeWith(name, present ? undefined : remedy, suite);
}
