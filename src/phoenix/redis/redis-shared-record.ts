import { randomUUID } from 'node:crypto';
import type { RenewalLease, SharedRecord, SharedState, StoreNews } from '../token/token-store.js';
import { readFailure } from './failure-record.js';
import type { RecordKeys } from './record-keys.js';
import type { AvailabilityListener, RedisConnection } from './redis-connection.js';
import type { ChannelListener } from './redis-news.js';
import { RedisLease } from './redis-lease.js';
import { ACQUIRE, READ, REJECT, RELEASE } from './redis-scripts.js';
import { readMessage, writeMessage } from './store-message.js';
import type { TokenRecordFormat } from './token-record.js';

/** By the time that so many are rejected, the first ones have long expired. */
const REMEMBERED_REJECTIONS = 100;
/** What `acquireTimeoutMs` can be at most, and a margin. */
const LONGEST_LEASE_MS = 310_000;

type ReadReply = [
  // Text, if the host's client was told `stringNumbers`.
  now: number | string,
  exists: number | string,
  record: (string | null)[],
  failure: (string | null)[],
  rejected: string[],
];

/** One account's record, lock and news in Redis. */
export class RedisSharedRecord implements SharedRecord {
  readonly #availability: AvailabilityListener;
  readonly #channelListener: ChannelListener;
  #acquiring: Promise<RedisLease | undefined> | undefined;
  #lease: RedisLease | undefined;
  /** The record that was told to be unusable, lest every look tells of it again. */
  #told: string | undefined;
  /** Owners that may have got the lock without our hearing of it. */
  readonly #unheard = new Set<string>();

  constructor(
    private readonly connection: RedisConnection,
    private readonly keys: RecordKeys,
    private readonly format: TokenRecordFormat,
    private readonly listen: (news: StoreNews) => void,
    private readonly onClose: () => void,
  ) {
    this.#availability = {
      available: () => {
        this.#releaseUnheard();
        listen({ type: 'available' });
      },
      unavailable: (reason) => {
        listen({ type: 'unavailable', reason });
      },
    };
    this.#channelListener = {
      message: (text) => {
        const message = readMessage(text);
        if (message !== undefined) listen(message);
      },
      // What was published meanwhile went unheard.
      subscribed: () => {
        listen({ type: 'token_published' });
      },
    };
    connection.watch(this.#availability);
    connection.news.join(keys.channel, this.#channelListener);
  }

  async read(): Promise<SharedState> {
    const { token, failure, rejected } = this.keys;
    const reply = await this.connection.evaluate(READ, [token, failure, rejected]);
    const [now, exists, record, failureFields, rejectedFingerprints] = reply as ReadReply;
    const nowMs = Number(now);
    return {
      token: Number(exists) === 1 ? this.#tokenIn(record, nowMs) : undefined,
      failure: readFailure(failureFields, nowMs),
      rejected: rejectedFingerprints,
    };
  }

  acquire(leaseMs: number): Promise<RenewalLease | undefined> {
    return (this.#acquiring = this.#acquire(leaseMs));
  }

  async reject(fingerprint: string): Promise<void> {
    const { token, lock, generation, rejected, channel } = this.keys;
    const message = writeMessage({ type: 'token_rejected', fingerprint });
    await this.connection.evaluate(
      REJECT,
      [token, lock, generation, rejected],
      [fingerprint, channel, message, REMEMBERED_REJECTIONS],
    );
  }

  /** Leaves the lock to others at once, even one that is on its way, then the connection. */
  async close(): Promise<void> {
    try {
      await Promise.allSettled([this.#acquiring]);
      await this.#lease?.release();
    } catch {
      // The lease will run out by itself.
    } finally {
      this.connection.news.leave(this.keys.channel, this.#channelListener);
      this.connection.unwatch(this.#availability);
      this.onClose();
    }
  }

  async #acquire(leaseMs: number): Promise<RedisLease | undefined> {
    const owner = randomUUID();
    const reply = await this.#acquireFor(owner, leaseMs);
    const [serverMs = 0, generation = 0] = (reply as unknown[]).map(Number);
    if (generation === 0) return undefined;
    const grant = { owner, generation, serverMs, seenAtMonotonicMs: performance.now() };
    this.#lease = new RedisLease(this.connection, this.keys, this.format, grant);
    return this.#lease;
  }

  async #acquireFor(owner: string, leaseMs: number): Promise<unknown> {
    const { lock, generation } = this.keys;
    try {
      return await this.connection.evaluate(
        ACQUIRE,
        [lock, generation],
        [owner, Math.ceil(leaseMs), LONGEST_LEASE_MS],
      );
    } catch (error) {
      this.#unheard.add(owner);
      throw error;
    }
  }

  /** What was not answered in time may have been carried out all the same. */
  #releaseUnheard(): void {
    const { lock, channel } = this.keys;
    const message = writeMessage({ type: 'renewal_ended' });
    for (const owner of this.#unheard) {
      this.connection.evaluate(RELEASE, [lock], [owner, channel, message]).catch(() => undefined);
    }
    this.#unheard.clear();
  }

  #tokenIn(record: readonly (string | null)[], nowMs: number): SharedState['token'] {
    const [version, keyId, sealed] = record;
    const read =
      typeof version === 'string' && typeof keyId === 'string' && typeof sealed === 'string'
        ? this.format.read({ version, keyId, sealed }, nowMs)
        : { unusable: 'it is malformed' };
    if ('unusable' in read) {
      this.#tellOnce(JSON.stringify(record), read.unusable);
      return undefined;
    }
    this.#told = undefined;
    return read;
  }

  #tellOnce(record: string, reason: string): void {
    if (record === this.#told) return;
    this.#told = record;
    this.listen({ type: 'record_rejected', reason });
  }
}
