import type { Redis } from 'ioredis';

/**
 * A key that encrypts the token in Redis (AES-256-GCM).
 *
 * @publicApi
 */
export interface EncryptionKey {
  /** Names the key in the record; letters, digits, `.`, `_` and `-`, up to 64. */
  readonly id: string;
  /** 32 bytes, in base64. */
  readonly key: string;
}

/**
 * Options of `RedisTokenStore`.
 *
 * @publicApi
 */
export interface RedisTokenStoreOptions {
  /** `redis://` or, with TLS, `rediss://`; user and password percent-encoded, database as usual. Either this or `client`. */
  readonly url?: string | undefined;
  /** A client of yours (of no Redis Cluster), to be shared; it stays yours to close. Either this or `url`. */
  readonly client?: Redis | undefined;
  /** The first key encrypts, all of them decrypt; so keys can be rotated. `'none'` leaves the token readable. */
  readonly encryptionKeys: readonly EncryptionKey[] | 'none';
  /** Prefix of all keys and channels in Redis. Default `phoenix`. */
  readonly prefix?: string | undefined;
  /** Longest wait for the reply to one command, in milliseconds. Default 500. */
  readonly commandTimeoutMs?: number | undefined;
  /** Longest wait for the first connection, and for the login on every one, in milliseconds. Default 2000. */
  readonly connectTimeoutMs?: number | undefined;
}
