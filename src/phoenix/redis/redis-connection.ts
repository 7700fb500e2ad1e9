import type { Redis } from 'ioredis';
import type { PhoenixError } from '../phoenix-error.js';
import { storeUnavailableError } from '../token/token-errors.js';
import { isUnwritable, type NodeWatch } from './node-watch.js';
import { RedisNews } from './redis-news.js';
import { NoReplyInTime, reasonOf, within } from './redis-reply.js';
import { PROBE } from './redis-scripts.js';

export interface ConnectionLimits {
  /** Longest wait for the first connection, and for the login on every one, in milliseconds. */
  readonly connectTimeoutMs: number;
  /** Longest wait for the reply to one command, in milliseconds. */
  readonly commandTimeoutMs: number;
}

export interface AvailabilityListener {
  available(): void;
  unavailable(reason: string): void;
}

/** How often a broken connection is tried. */
const PROBE_INTERVAL_MS = 1_000;
/** A server or proxy may close idle connections: nothing is lost when the next one is there as soon as this. */
const RECONNECT_GRACE_MS = 1_000;

const CONNECTION_LOST = 'the connection was lost';
const STAYS_CONNECTED =
  ', and the client that was passed stays connected to this node. Set its reconnectOnError, as the README shows';

/**
 * Redis behind a circuit breaker: after one failed command nobody waits for Redis
 * any more, until a probe has succeeded again.
 */
export class RedisConnection {
  /** What the replicas tell each other. */
  readonly news: RedisNews;
  readonly #client: Redis;
  readonly #listeners = new Set<AvailabilityListener>();
  readonly #quitNodes: () => void;
  #settled: Promise<void>;
  #settle!: () => void;
  #state: 'connecting' | 'up' | 'reconnecting' | 'down' | 'ended' = 'connecting';
  #reason = 'no connection yet';
  #probing = false;
  #probeTimer: NodeJS.Timeout | undefined;
  #graceTimer: NodeJS.Timeout | undefined;

  /**
   * @param owned whether the client is ours to close
   * @param probeKey a key to try writing with, and a channel to try publishing on
   * @param nodes who else leaves a node that cannot be written
   */
  constructor(
    client: Redis,
    private readonly owned: boolean,
    private readonly probeKey: string,
    private readonly limits: ConnectionLimits,
    private readonly nodes: NodeWatch,
  ) {
    this.#client = client;
    this.#settled = this.#unsettled();
    this.#quitNodes = nodes.join(this.#connectAnew);
    this.news = new RedisNews(client, limits.connectTimeoutMs);
    client.on('ready', this.#onReady).on('close', this.#onClose).on('error', this.#onError);
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
    if (this.#state === 'reconnecting') await this.#nextConnection();
    if (this.#state !== 'up') throw this.#unavailable();
    try {
      const reply = this.#client.eval(script, keys.length, ...keys, ...args);
      return await within(this.limits.commandTimeoutMs, reply);
    } catch (error) {
      if (this.#wasCut(error)) this.#lose(CONNECTION_LOST);
      else this.#fail(error);
      throw this.#unavailable();
    }
  }

  /** Tells whether Redis can be used, until {@link unwatch}. */
  watch(listener: AvailabilityListener): void {
    this.#listeners.add(listener);
    if (this.#state === 'up') listener.available();
  }

  unwatch(listener: AvailabilityListener): void {
    this.#listeners.delete(listener);
  }

  get unused(): boolean {
    return this.#listeners.size === 0;
  }

  /** Ends both connections; the host's own client stays as it is. */
  end(): void {
    this.#state = 'ended';
    this.#reason = 'the application is shutting down';
    clearTimeout(this.#probeTimer);
    clearTimeout(this.#graceTimer);
    this.#settle();
    this.#quitNodes();
    this.news.end();
    this.#client.off('ready', this.#onReady).off('close', this.#onClose);
    if (this.owned) this.#client.disconnect();
    else this.#client.off('error', this.#onError);
  }

  #connect(): void {
    if (this.#client.status === 'wait') this.#client.connect().catch(ignore);
    if (this.#client.status === 'ready') this.#onReady();
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
    if (this.#state === 'up') this.#lose(CONNECTION_LOST);
    else if (this.#state !== 'reconnecting') this.#break(this.#reason);
  };

  readonly #onError = (error: unknown): void => {
    const reason = reasonOf(error);
    if (this.#state === 'up') this.#lose(reason);
    else if (this.#state === 'reconnecting') this.#reason = reason;
    else this.#break(reason);
  };

  /** Until the connection is back, or has been away for too long, those who need it wait. */
  #lose(reason: string): void {
    if (this.#state !== 'up') return;
    this.#state = 'reconnecting';
    this.#reason = reason;
    this.#settled = this.#unsettled();
    this.#graceTimer = setTimeout(() => {
      this.#break(this.#reason);
    }, RECONNECT_GRACE_MS).unref();
  }

  #unsettled(): Promise<void> {
    return new Promise((resolve) => (this.#settle = resolve));
  }

  async #nextConnection(): Promise<void> {
    await within(this.limits.commandTimeoutMs, this.#settled).catch(ignore);
  }

  /** Whether the connection was closed over a command, rather than silent or of another mind. */
  #wasCut(error: unknown): boolean {
    return this.#client.status !== 'ready' && !(error instanceof NoReplyInTime);
  }

  #fail(error: unknown): void {
    const reason = reasonOf(error);
    this.#dropIfSilent(error);
    this.nodes.inspect(error);
    this.#break(!this.owned && isUnwritable(reason) ? reason + STAYS_CONNECTED : reason);
  }

  /** The host's own client is not ours to disconnect. */
  readonly #connectAnew = (): void => {
    if (this.owned && this.#client.status === 'ready') this.#client.disconnect(true);
    this.news.reconnect();
  };

  #break(reason: string): void {
    if (this.#state === 'ended') return;
    const changed = this.#state !== 'down';
    this.#state = 'down';
    this.#reason = reason;
    clearTimeout(this.#graceTimer);
    this.#settle();
    if (changed) for (const listener of this.#listeners) listener.unavailable(reason);
    this.#probeLater(PROBE_INTERVAL_MS);
  }

  /** A connection that a firewall forgot stays silent for many minutes, and so does the one for news. */
  #dropIfSilent(error: unknown): void {
    if (error instanceof NoReplyInTime) this.#connectAnew();
  }

  #probeLater(delayMs: number): void {
    clearTimeout(this.#probeTimer);
    this.#probeTimer = setTimeout(() => void this.#probe(), delayMs).unref();
  }

  /** Only what the replicas do proves that they can: there are users who may write, but run no script. */
  async #probe(): Promise<void> {
    if (this.#probing || this.#state === 'up' || this.#state === 'ended') return;
    this.#probing = true;
    try {
      if (this.#client.status !== 'ready') {
        if (this.#state !== 'reconnecting') this.#break(this.#reason);
        return;
      }
      const probe = this.#client.eval(PROBE, 1, this.probeKey, PROBE_INTERVAL_MS, this.probeKey);
      await within(this.limits.commandTimeoutMs, probe);
      this.#restore();
    } catch (error) {
      if (!this.#wasCut(error)) this.#fail(error);
      else if (this.#state !== 'reconnecting') this.#break(this.#reason);
    } finally {
      this.#probing = false;
    }
  }

  #restore(): void {
    if (this.#state === 'ended') return;
    this.#state = 'up';
    clearTimeout(this.#probeTimer);
    clearTimeout(this.#graceTimer);
    this.#settle();
    if (this.nodes.arrive(this.#connectAnew)) this.news.reconnect();
    for (const listener of this.#listeners) listener.available();
  }

  #unavailable(): PhoenixError {
    return storeUnavailableError(this.#reason);
  }
}

function ignore(): void {
  // Told through the state of the connection.
}
