import type { Redis } from 'ioredis';

/** How long an orderly end of a connection may take before it is cut. */
export const DISCONNECT_TIMEOUT_MS = 200;

/** Idle connections are probed this often, lest a firewall forgets them without a word. */
export const KEEP_ALIVE_MS = 30_000;

export interface ChannelListener {
  message(text: string): void;
  /** Listening (again); messages may have been missed. */
  subscribed(): void;
}

/** Channels that are listened to, over a connection of their own, as Redis wants it. */
export class RedisNews {
  readonly #subscriber: Redis;
  readonly #channels = new Map<string, ChannelListener>();

  /** @param client whose settings to connect with */
  constructor(client: Redis) {
    this.#subscriber = client.duplicate({
      lazyConnect: true,
      autoResubscribe: false,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      disconnectTimeout: DISCONNECT_TIMEOUT_MS,
      keepAlive: KEEP_ALIVE_MS,
    });
    unrefSocketOf(this.#subscriber);
    this.#subscriber
      .on('ready', () => {
        for (const channel of this.#channels.keys()) void this.#subscribe(channel);
      })
      .on('message', (channel: string, text: string) => this.#channels.get(channel)?.message(text))
      .on('error', ignore);
    this.#subscriber.connect().catch(ignore);
  }

  /** Listens to a channel until {@link leave}. */
  join(channel: string, listener: ChannelListener): void {
    this.#channels.set(channel, listener);
    if (this.#subscriber.status === 'ready') void this.#subscribe(channel);
  }

  leave(channel: string): void {
    this.#channels.delete(channel);
    if (this.#subscriber.status === 'ready') this.#subscriber.unsubscribe(channel).catch(ignore);
  }

  /** Gives up a connection that may be dead, for a new one. */
  reconnect(): void {
    if (this.#subscriber.status === 'ready') this.#subscriber.disconnect(true);
  }

  end(): void {
    this.#subscriber.disconnect();
  }

  async #subscribe(channel: string): Promise<void> {
    try {
      await this.#subscriber.subscribe(channel);
      this.#channels.get(channel)?.subscribed();
    } catch {
      // The next connection tries again; until then, news is read at the next renewal.
    }
  }
}

/** Whoever waits for a reply keeps the process alive; a connection alone does not. */
export function unrefSocketOf(client: Redis): void {
  client.on('connect', () => {
    client.stream.unref();
  });
}

function ignore(): void {
  // A lost connection is made again; the circuit breaker beside it tells whether Redis can be used.
}
