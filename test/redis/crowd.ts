import { once } from 'node:events';
import { Agent, request, type ClientRequest, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type { PhoenixSandbox } from '../../src/sandbox/index.js';
import { API_KEY } from '../service/service.js';
import type { RedisServer } from '../support/redis-server.js';
import { HeldVendor } from './held-vendor.js';
import { ServiceCluster, type ServiceReplica, type TokenReply } from './service-cluster.js';

/** Fewer than a server's queue of connections that it has not accepted yet has room for. */
const BATCH = 250;

/** Lets as many callers wait at each of as many services that have no token yet, and counts what comes. */
export async function coldCrowd(
  services: number,
  callersEach: number,
  redis: RedisServer,
  sandbox: PhoenixSandbox,
): Promise<{ tokens: ReadonlySet<string>; replies: number; requests: number }> {
  await using vendor = await HeldVendor.start();
  await using cluster = await ServiceCluster.start(services, redis, sandbox, {
    PHOENIX_TOKEN_URL: vendor.tokenUrl,
    PHOENIX_REQUEST_TIMEOUT_MS: '60000',
    PHOENIX_ACQUIRE_TIMEOUT_MS: '60000',
    LOG_LEVEL: 'log',
  });
  const crowd = new Crowd();
  await Promise.all(cluster.replicas.map((replica) => crowd.call(replica, callersEach)));
  vendor.answer(1);
  const replies = await crowd.replies();
  const tokens = new Set(replies.map(({ access_token: token }) => token));
  return { tokens, replies: replies.length, requests: vendor.requests };
}

/** Callers that all wait at the same time, each on a connection of its own. */
class Crowd {
  readonly #replies: Promise<TokenReply>[] = [];
  readonly #agent = new Agent({ maxSockets: Infinity });

  /** Resolves when the service has got that many requests. */
  async call(replica: ServiceReplica, times: number): Promise<void> {
    for (let left = times; left > 0; left -= BATCH) {
      const sent = Array.from({ length: Math.min(left, BATCH) }, () => this.#send(replica));
      await Promise.all(sent);
      // Connections are accepted in their order, so those before this one are in.
      await replica.health();
    }
  }

  /** @throws when one of the replies is not a token */
  replies(): Promise<readonly TokenReply[]> {
    return Promise.all(this.#replies);
  }

  #send({ tokenUrl }: ServiceReplica): Promise<unknown> {
    const call = request(tokenUrl, { agent: this.#agent, headers: { 'X-API-Key': API_KEY } });
    this.#replies.push(tokenIn(call));
    call.end();
    return once(call, 'finish');
  }
}

async function tokenIn(call: ClientRequest): Promise<TokenReply> {
  const [reply] = (await once(call, 'response')) as [IncomingMessage];
  const body = await text(reply);
  if (reply.statusCode !== 200) throw new Error(`${reply.statusCode}: ${body}`);
  return JSON.parse(body) as TokenReply;
}
