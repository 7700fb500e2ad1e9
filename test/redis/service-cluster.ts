import type { PhoenixSandbox } from '../../src/sandbox/index.js';
import { ServiceProcess, type Exit } from '../service/service-process.js';
import { API_KEY, environmentFor } from '../service/service.js';
import type { RedisServer } from '../support/redis-server.js';
import { KEYS } from './replicas.js';

export interface TokenReply {
  readonly access_token: string;
  readonly token_type: string;
  readonly expires_in: number;
  readonly expires_at: string;
}

interface HealthReply {
  readonly status: string;
  readonly details: { readonly phoenix: { readonly sharing: { readonly status: string } } };
}

export const HEALTHY = '200 ok, ready 200, sharing up';
/** Ready all the same: there is a token. */
export const DEGRADED = '200 degraded, ready 200, sharing degraded';

/** One service process of a cluster. */
export class ServiceReplica implements AsyncDisposable {
  private constructor(
    readonly process: ServiceProcess,
    readonly url: string,
  ) {}

  static async start(environment: Readonly<Record<string, string>>): Promise<ServiceReplica> {
    const process = new ServiceProcess('main.js', environment);
    const [, port = ''] = await process.printed(/"Listening on port (\d+)/);
    return new ServiceReplica(process, `http://127.0.0.1:${port}`);
  }

  get tokenUrl(): string {
    return `${this.url}/phoenix/token`;
  }

  requestToken(): Promise<Response> {
    return fetch(this.tokenUrl, { headers: { 'X-API-Key': API_KEY } });
  }

  /** @throws when the reply is not a token */
  async token(): Promise<TokenReply> {
    const reply = await this.requestToken();
    if (!reply.ok) throw new Error(`${reply.status}: ${await reply.text()}`);
    return (await reply.json()) as TokenReply;
  }

  /** As people and Kubernetes see it: `200 degraded, ready 200, sharing degraded`. */
  async health(): Promise<string> {
    const [health, ready] = await Promise.all(
      ['/health', '/health/ready'].map((path) =>
        fetch(this.url + path, { headers: { 'X-API-Key': API_KEY } }),
      ),
    );
    const { status, details } = (await health?.json()) as HealthReply;
    const sharing = `sharing ${details.phoenix.sharing.status}`;
    return `${health?.status} ${status}, ready ${ready?.status}, ${sharing}`;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.process[Symbol.asyncDispose]();
  }
}

/** Service processes that share a token through one Redis. */
export class ServiceCluster implements AsyncDisposable {
  readonly replicas: ServiceReplica[] = [];

  private constructor(private readonly environment: Readonly<Record<string, string>>) {}

  static async start(
    count: number,
    redis: RedisServer,
    sandbox: PhoenixSandbox,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<ServiceCluster> {
    const cluster = new ServiceCluster({
      ...environmentFor(sandbox),
      PHOENIX_REDIS_URL: redis.url,
      PHOENIX_ENCRYPTION_KEYS: keyList(...KEYS),
      PHOENIX_RATE_LIMIT_PER_MINUTE: '0',
      // Or a busy machine would look like a Redis that is silent.
      PHOENIX_REDIS_CONNECT_TIMEOUT_MS: '20000',
      PHOENIX_REDIS_COMMAND_TIMEOUT_MS: '10000',
      ...environment,
    });
    await cluster.grow(count);
    return cluster;
  }

  /** @param environment in which the new ones differ from those before */
  async grow(count: number, environment: Readonly<Record<string, string>> = {}): Promise<void> {
    const started = Array.from({ length: count }, () =>
      ServiceReplica.start({ ...this.environment, ...environment }),
    );
    this.replicas.push(...(await Promise.all(started)));
  }

  /** Ends the oldest one as an orchestrator does. */
  async retire(): Promise<Exit | undefined> {
    return this.replicas.shift()?.process.signal('SIGTERM');
  }

  /** Every token that is handed out now, each once. */
  async tokens(): Promise<ReadonlySet<string>> {
    const replies = await Promise.all(this.replicas.map((replica) => replica.token()));
    return new Set(replies.map(({ access_token: token }) => token));
  }

  /** Like {@link tokens}, with the status of each reply that has none. */
  async handedOut(): Promise<readonly string[]> {
    const replies = await Promise.all(this.replicas.map((replica) => replica.requestToken()));
    const seen = replies.map(async (reply) =>
      reply.ok ? ((await reply.json()) as TokenReply).access_token : String(reply.status),
    );
    return [...new Set(await Promise.all(seen))];
  }

  get printed(): string {
    return this.replicas.map(({ process }) => process.stdout + process.stderr).join('');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.replicas.map((replica) => replica[Symbol.asyncDispose]()));
  }
}

/** Keys as the environment has them. */
export function keyList(...keys: readonly { id: string; key: string }[]): string {
  return keys.map(({ id, key }) => `${id}:${key}`).join(',');
}
