import { once } from 'node:events';
import { Agent, request, type ClientRequest, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { API_KEY } from '../service/service.js';
import type { ServiceReplica, TokenReply } from './service-cluster.js';

/** Fewer than a server's queue of connections that it has not accepted yet has room for. */
const BATCH = 250;

/** Callers that all wait at the same time, each on a connection of its own. */
export class Crowd {
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
