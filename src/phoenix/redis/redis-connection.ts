import type { Redis } from 'ioredis';
import type { PhoenixError } from '../phoenix-error.js';
import { storeUnavailableError } from '../token/token-errors.js';

export interface ConnectionLimits {
  /** Longest wait for the first connection, in milliseconds. */
  readonly connectTimeoutMs: number;
  /** Longest wait for the reply to one command, in milliseconds. */
  readonly commandTimeoutMs: number;
}

export interface ChannelListener {
  available(): void;
  unavailable(reason: string): void;
  message(text: string): void;
  /** Listening (again); messages may have been missed. */
  subscribed(): void;
}

/** How long an orderly end of a connection may take before it is cut. */
export const DISCONNECT_TIMEOUT_MS = 200;

/** How often a broken connection is tried. */
const PROBE_INTERVAL_MS = 1_000;

/**
 * Redis behind a circuit breaker: after one failed command nobody waits for Redis
 * any more, until a write has succeeded again.
 */
export class RedisConnection {
  readonly #subscriber: Redis;
  readonly #channels = new Map<string, ChannelListener>();
  readonly #settled: Promise<void>;
  #settle!: () => void;
  #state: 'connecting' | 'up' | 'down' | 'ended' = 'connecting';
  #reason = 'no connection yet';
  #probing = false;
  #probeTimer: NodeJS.Timeout | undefined;

  /**
   * @param owned whether the client is ours to close
   * @param probeKey a key to try writing with
   */
  constructor(
    private readonly client: Redis,
    private readonly owned: boolean,
    private readonly probeKey: string,
    private readonly limits: ConnectionLimits,
  ) {
    this.#settled = new Promise((resolve) => (this.#settle = resolve));
    this.#subscriber = client.duplicate({
      lazyConnect: true,
      autoResubscribe: false,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      disconnectTimeout: DISCONNECT_TIMEOUT_MS,
    });
    client.on('ready', this.#onReady).on('close', this.#onClose).on('error', this.#onError);
    this.#subscriber
      .on('ready', this.#onSubscriberReady)
      .on('message', this.#onMessage)
      .on('error', ignore);
    this.#connect();
    this.#probeLater(this.limits.connectTimeoutMs);
  }

  /**
   * Runs one script, bounded in time.
   *
   * @throws {PhoenixError} `store_unavailable`
   */
  async evaluate(
    script: string,
    keys: readonly string[],
    args: readonly (string | number)[] = [],
  ): Promise<unknown> {
    if (this.#state === 'connecting') await this.#firstConnection();
    if (this.#state !== 'up') throw this.#unavailable();
    try {
      const reply = this.client.eval(script, keys.length, ...keys, ...args);
      return await within(this.limits.commandTimeoutMs, reply);
    } catch (error) {
      this.#break(reasonOf(error));
      throw this.#unavailable();
    }
  }

  /** Listens to a channel until {@link leave}. */
  join(channel: string, listener: ChannelListener): void {
    this.#channels.set(channel, listener);
    if (this.#state === 'up') listener.available();
    if (this.#subscriber.status === 'ready') void this.#subscribe(channel);
  }

  leave(channel: string): void {
    this.#channels.delete(channel);
    if (this.#subscriber.status === 'ready') {
      this.#subscriber.unsubscribe(channel).catch(ignore);
    }
  }

  get unused(): boolean {
    return this.#channels.size === 0;
  }

  /** Ends both connections; the host's own client stays as it is. */
  end(): void {
    this.#state = 'ended';
    this.#reason = 'the application is shutting down';
    clearTimeout(this.#probeTimer);
    this.#settle();
    this.#subscriber.removeAllListeners('ready').disconnect();
    this.client.off('ready', this.#onReady).off('close', this.#onClose);
    if (this.owned) this.client.disconnect();
    else this.client.off('error', this.#onError);
  }

  #connect(): void {
    if (this.client.status === 'wait') this.client.connect().catch(ignore);
    if (this.client.status === 'ready') this.#onReady();
    this.#subscriber.connect().catch(ignore);
  }

  async #firstConnection(): Promise<void> {
    try {
      await within(this.limits.connectTimeoutMs, this.#settled);
    } catch {
      this.#break('no connection in time');
    }
  }

  readonly #onReady = (): void => {
    void this.#probe();
  };

  readonly #onClose = (): void => {
    this.#break(this.#state === 'up' ? 'the connection was lost' : this.#reason);
  };

  readonly #onError = (error: unknown): void => {
    this.#break(reasonOf(error));
  };

  readonly #onSubscriberReady = (): void => {
    for (const channel of this.#channels.keys()) void this.#subscribe(channel);
  };

  readonly #onMessage = (channel: string, text: string): void => {
    this.#channels.get(channel)?.message(text);
  };

  async #subscribe(channel: string): Promise<void> {
    try {
      await this.#subscriber.subscribe(channel);
      this.#channels.get(channel)?.subscribed();
    } catch {
      // Not heard at once is heard at the next renewal; the next connection tries again.
    }
  }

  #break(reason: string): void {
    if (this.#state === 'ended') return;
    const changed = this.#state !== 'down';
    this.#state = 'down';
    this.#reason = reason;
    this.#settle();
    if (changed) for (const listener of this.#channels.values()) listener.unavailable(reason);
    this.#probeLater(PROBE_INTERVAL_MS);
  }

  #probeLater(delayMs: number): void {
    clearTimeout(this.#probeTimer);
    this.#probeTimer = setTimeout(() => void this.#probe(), delayMs).unref();
  }

  /** Only a write that worked proves that Redis can be used. */
  async #probe(): Promise<void> {
    if (this.#probing || this.#state === 'up' || this.#state === 'ended') return;
    this.#probing = true;
    try {
      if (this.client.status !== 'ready') throw new Error(this.#reason);
      const write = this.client.set(this.probeKey, '1', 'PX', PROBE_INTERVAL_MS);
      await within(this.limits.commandTimeoutMs, write);
      this.#restore();
    } catch (error) {
      this.#break(this.client.status === 'ready' ? reasonOf(error) : this.#reason);
    } finally {
      this.#probing = false;
    }
  }

  #restore(): void {
    if (this.#state === 'ended') return;
    this.#state = 'up';
    clearTimeout(this.#probeTimer);
    this.#settle();
    for (const listener of this.#channels.values()) listener.available();
  }

  #unavailable(): PhoenixError {
    return storeUnavailableError(this.#reason);
  }
}

class NoReplyInTime extends Error {}

/** A busy process may find both the timer and the reply due: then the reply counts. */
async function within<Value>(limitMs: number, promise: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      setImmediate(() => {
        reject(new NoReplyInTime());
      });
    }, limitMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Redis' errors begin with a code; the rest, and the command they carry, may hold secrets. */
function reasonOf(error: unknown): string {
  if (error instanceof NoReplyInTime) return 'no reply in time';
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (typeof code === 'string' && /^[A-Z][A-Z_]+$/.test(code)) return code;
  const [, replyCode] = /^([A-Z]{2,})\b/.exec(String(message)) ?? [];
  return replyCode ?? 'the connection failed';
}

function ignore(): void {
  // Told through the state of the connection.
}
