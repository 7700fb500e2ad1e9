import type { AccessToken } from '../token/access-token.js';
import type { RenewalLease, SharedFailure } from '../token/token-store.js';
import type { RecordKeys } from './record-keys.js';
import type { RedisConnection } from './redis-connection.js';
import { PUBLISH_FAILURE, PUBLISH_TOKEN, RELEASE } from './redis-scripts.js';
import { writeMessage } from './store-message.js';
import type { TokenRecordFormat } from './token-record.js';

/** A failure is remembered this long after its pause, so that the next one is the next in a row. */
const FAILURE_KEPT_MS = 600_000;

export interface LeaseGrant {
  readonly owner: string;
  /** Higher than that of every lease before. */
  readonly generation: number;
  /** The clock of the Redis server, as it was no later than… */
  readonly serverMs: number;
  /** …this instant of our monotonic clock. */
  readonly seenAtMonotonicMs: number;
}

/** The lock in Redis, as held by this replica. */
export class RedisLease implements RenewalLease {
  #ended: Promise<void> | undefined;

  constructor(
    private readonly connection: RedisConnection,
    private readonly keys: RecordKeys,
    private readonly format: TokenRecordFormat,
    private readonly grant: LeaseGrant,
  ) {}

  async publish(token: AccessToken, usableMs: number, recovered: boolean): Promise<boolean> {
    const { owner, generation } = this.grant;
    const { token: record, lock, generation: counter, failure, rejected, channel } = this.keys;
    const nowMs = this.#serverNowMs();
    const { version, keyId, sealed } = this.format.write(
      token,
      generation,
      Math.floor(nowMs + token.remainingMs()),
    );
    const published = await this.connection.evaluate(
      PUBLISH_TOKEN,
      [record, lock, counter, failure, rejected],
      [
        owner,
        generation,
        token.fingerprint,
        Math.floor(nowMs + usableMs),
        version,
        keyId,
        sealed,
        channel,
        writeMessage({ type: 'token_published' }),
        recovered ? 1 : 0,
      ],
    );
    this.#ended = Promise.resolve();
    return Number(published) === 1;
  }

  async publishFailure(failure: SharedFailure): Promise<void> {
    const { owner, generation } = this.grant;
    const { lock, generation: counter, failure: record, channel } = this.keys;
    await this.connection.evaluate(
      PUBLISH_FAILURE,
      [lock, counter, record],
      [
        owner,
        generation,
        failure.code,
        failure.status ?? '',
        failure.failures,
        Math.ceil(failure.pauseMs),
        Math.ceil(failure.vendorPauseMs),
        FAILURE_KEPT_MS,
        channel,
        writeMessage({ type: 'renewal_ended' }),
      ],
    );
    this.#ended = Promise.resolve();
  }

  /** Whoever calls it again waits for the same end. */
  release(): Promise<void> {
    return (this.#ended ??= this.#release());
  }

  async #release(): Promise<void> {
    const { lock, channel } = this.keys;
    await this.connection.evaluate(
      RELEASE,
      [lock],
      [this.grant.owner, channel, writeMessage({ type: 'renewal_ended' })],
    );
  }

  /** Never ahead of the server's clock, so that a delay on the way shortens a life and never lengthens it. */
  #serverNowMs(): number {
    return this.grant.serverMs + (performance.now() - this.grant.seenAtMonotonicMs);
  }
}
