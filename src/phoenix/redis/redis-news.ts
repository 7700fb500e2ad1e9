import type { Redis } from 'ioredis';
import { OWN_CLIENT_OPTIONS, tend } from './own-client.js';

export interface ChannelListener {
  message(text: string): void;
  /** Listening (again); messages may have been missed. */
  subscribed(): void;
}

/** Channels that are listened to, over a connection of their own, as Redis wants it. */
export class RedisNews {
  readonly #subscriber: Redis;
  readonly #channels = new Map<string, Set<ChannelListener>>();

  /** @param client whose settings to connect with */
  constructor(client: Redis, loginTimeoutMs: number) {
    this.#subscriber = client.duplicate({ ...OWN_CLIENT_OPTIONS, autoResubscribe: false });
    tend(this.#subscriber, loginTimeoutMs);
    this.#subscriber
      .on('ready', () => {
        for (const channel of this.#channels.keys()) void this.#subscribe(channel);
      })
      .on('message', (channel: string, text: string) => {
        for (const listener of this.#listenersOf(channel)) listener.message(text);
      })
      .on('error', ignore);
    this.#subscriber.connect().catch(ignore);
  }

  /** Listens to a channel until {@link leave}. */
  join(channel: string, listener: ChannelListener): void {
    this.#channels.set(channel, new Set(this.#listenersOf(channel)).add(listener));
    if (this.#subscriber.status === 'ready') void this.#subscribe(channel);
  }

  leave(channel: string, listener: ChannelListener): void {
    const others = new Set(this.#listenersOf(channel));
    others.delete(listener);
    if (others.size > 0) {
      this.#channels.set(channel, others);
      return;
    }
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

  #listenersOf(channel: string): ReadonlySet<ChannelListener> {
    return this.#channels.get(channel) ?? new Set();
  }

  async #subscribe(channel: string): Promise<void> {
    try {
      await this.#subscriber.subscribe(channel);
      for (const listener of this.#listenersOf(channel)) listener.subscribed();
    } catch {
      // The next connection tries again; until then, news is read at the next renewal.
    }
  }
}

function ignore(): void {
  // A lost connection is made again; the circuit breaker beside it tells whether Redis can be used.
}
