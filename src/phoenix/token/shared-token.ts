import { AccessToken, instantOf } from './access-token.js';
import type { Clock } from './clock.js';
import type { SharedFailure, SharedRecord } from './token-store.js';

/** What the replicas share, with the token's life on our own clocks. */
export interface SharedSight {
  readonly token: AccessToken | undefined;
  readonly failure: SharedFailure | undefined;
  /** Fingerprints of rejected tokens. */
  readonly rejected: readonly string[];
}

/**
 * Reads what the replicas share. The token's remaining life counts from before the read,
 * so that no delay on the way can lengthen it.
 *
 * @throws {PhoenixError} `store_unavailable`
 */
export async function readShared(record: SharedRecord, clock: Clock): Promise<SharedSight> {
  const askedAt = instantOf(clock);
  const { token, failure, rejected = [] } = await record.read();
  if (token === undefined) return { token: undefined, failure, rejected };
  const { value, scope, lifetimeMs, remainingMs } = token;
  const ageMs = lifetimeMs - remainingMs;
  const requestedAt = {
    wallMs: askedAt.wallMs - ageMs,
    monotonicMs: askedAt.monotonicMs - ageMs,
  };
  return {
    token: new AccessToken({ value, scope, lifetimeMs, requestedAt }, clock),
    failure,
    rejected,
  };
}
