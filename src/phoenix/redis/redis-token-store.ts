import { inspect } from 'node:util';
import { Logger } from '@nestjs/common';
import { Redis } from 'ioredis';
import type {
  PhoenixTokenStore,
  SharedRecord,
  StoreAccount,
  StoreNews,
} from '../token/token-store.js';
import { OWN_CLIENT_OPTIONS, tend } from './own-client.js';
import { NodeWatch } from './node-watch.js';
import { RedisConnection } from './redis-connection.js';
import { RedisSharedRecord } from './redis-shared-record.js';
import { recordKeys } from './record-keys.js';
import { storeSettingsFrom, type RedisStoreSettings } from './redis-store.settings.js';
import type { RedisTokenStoreOptions } from './redis-store.options.js';
import { TokenRecordFormat } from './token-record.js';

const LONGEST_RECONNECT_PAUSE_MS = 2_000;

/**
 * Shares one token between all replicas through Redis, encrypted.
 *
 * @example
 * ```ts
 * PhoenixModule.forRoot({
 *   clientId: '…',
 *   clientSecret: '…',
 *   store: new RedisTokenStore({ url: 'rediss://…', encryptionKeys: [{ id: '2026', key: '…' }] }),
 * })
 * ```
 *
 * @publicApi
 */
export class RedisTokenStore implements PhoenixTokenStore {
  readonly #settings: RedisStoreSettings;
  #nodes = new NodeWatch();
  #connection: RedisConnection | undefined;

  /** @throws {PhoenixOptionsError} that lists every problem with its remedy */
  constructor(options: RedisTokenStoreOptions) {
    this.#settings = storeSettingsFrom(options);
    if (!this.#settings.encrypted) warnOfReadableToken();
  }

  /**
   * A store whose connections leave a node together with those of others.
   *
   * @internal
   */
  static watching(nodes: NodeWatch, options: RedisTokenStoreOptions): RedisTokenStore {
    const store = new RedisTokenStore(options);
    store.#nodes = nodes;
    return store;
  }

  /** Connects with the first account; does not wait for it. */
  open(account: StoreAccount, listen: (news: StoreNews) => void): SharedRecord {
    const { prefix, cipher } = this.#settings;
    const connection = (this.#connection ??= this.#connect());
    const keys = recordKeys(prefix, account);
    return new RedisSharedRecord(
      connection,
      keys,
      new TokenRecordFormat(cipher, keys.token),
      listen,
      () => {
        this.#leave(connection);
      },
    );
  }

  toJSON(): { prefix: string } {
    return { prefix: this.#settings.prefix };
  }

  [inspect.custom](): string {
    return `RedisTokenStore(${this.#settings.prefix})`;
  }

  #connect(): RedisConnection {
    const { client, url = '', prefix, limits } = this.#settings;
    const probeKey = `${prefix}:probe`;
    if (client !== undefined) {
      return new RedisConnection(client, false, probeKey, limits, this.#nodes);
    }
    const own = new Redis(url, {
      ...OWN_CLIENT_OPTIONS,
      connectionName: 'nestjs-phoenix',
      connectTimeout: limits.connectTimeoutMs,
      autoResendUnfulfilledCommands: false,
      retryStrategy: (attempt: number) =>
        Math.min(LONGEST_RECONNECT_PAUSE_MS, 50 * 2 ** Math.min(attempt, 10)) *
        (0.5 + Math.random() / 2),
    });
    tend(own, limits.connectTimeoutMs);
    return new RedisConnection(own, true, probeKey, limits, this.#nodes);
  }

  #leave(connection: RedisConnection): void {
    if (!connection.unused) return;
    connection.end();
    this.#connection = undefined;
  }
}

function warnOfReadableToken(): void {
  new Logger(RedisTokenStore.name).warn(
    "encryptionKeys is 'none': whoever can read Redis can read the Phoenix token. Give a key in production.",
  );
}
