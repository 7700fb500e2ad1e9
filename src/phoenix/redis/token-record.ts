import { z } from 'zod';
import type { AccessToken } from '../token/access-token.js';
import type { SharedToken } from '../token/token-store.js';
import type { SealedText, TextCipher } from './token-cipher.js';

/** A reader that finds another version takes the record for none, and overwrites it. */
export const RECORD_VERSION = '1';

/** Clock steps of the Redis server that are put up with. */
const LARGEST_CLOCK_STEP_MS = 1_000;

/** What is sealed. Times are those of the Redis server, the one clock that all replicas see. */
const sealedToken = z.strictObject({
  accessToken: z.string().regex(/^[\x20-\x7e]+$/),
  scope: z.array(z.string()).readonly(),
  generation: z.int().min(1),
  obtainedAtMs: z.number(),
  expiresAtMs: z.number(),
});

/** A record's fields as they lie in Redis. */
export interface TokenRecordFields extends SealedText {
  readonly version: string;
}

export interface UnusableRecord {
  readonly unusable: string;
}

/** Turns a token into a record and back. */
export class TokenRecordFormat {
  constructor(
    private readonly cipher: TextCipher,
    /** The record's own Redis key, so that a record copied elsewhere does not open. */
    private readonly recordKey: string,
  ) {}

  /**
   * @param expiresAtMs by the clock of the Redis server
   */
  write(token: AccessToken, generation: number, expiresAtMs: number): TokenRecordFields {
    const text = JSON.stringify({
      accessToken: token.value,
      scope: token.scope,
      generation,
      obtainedAtMs: expiresAtMs - token.lifetimeMs,
      expiresAtMs,
    } satisfies z.input<typeof sealedToken>);
    return { version: RECORD_VERSION, ...this.cipher.seal(text, this.recordKey) };
  }

  /** @param nowMs by the clock of the Redis server */
  read(fields: TokenRecordFields, nowMs: number): SharedToken | UnusableRecord {
    if (fields.version !== RECORD_VERSION) return { unusable: 'it is of another version' };
    const text = this.cipher.open(fields, this.recordKey);
    if (text === undefined) return { unusable: 'no key of ours opens it' };
    const parsed = sealedToken.safeParse(parseJson(text));
    if (!parsed.success) return { unusable: 'it is malformed' };
    const { accessToken: value, scope, obtainedAtMs, expiresAtMs } = parsed.data;
    if (obtainedAtMs > nowMs + LARGEST_CLOCK_STEP_MS) return { unusable: 'it is of the future' };
    const lifetimeMs = expiresAtMs - obtainedAtMs;
    const remainingMs = Math.min(expiresAtMs - nowMs, lifetimeMs);
    return { value, scope, lifetimeMs, remainingMs };
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
