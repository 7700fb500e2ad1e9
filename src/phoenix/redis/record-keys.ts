import { createHash } from 'node:crypto';
import type { StoreAccount } from '../token/token-store.js';

/** The names under which one account lies in Redis; all in one hash slot, none tells a secret. */
export interface RecordKeys {
  readonly token: string;
  readonly lock: string;
  readonly generation: string;
  readonly failure: string;
  readonly rejected: string;
  readonly channel: string;
}

/** Replicas that agree on the account share these. */
export function recordKeys(prefix: string, account: StoreAccount): RecordKeys {
  const { tokenUrl, clientId, scope = null, clientAuthentication } = account;
  const identity = JSON.stringify([tokenUrl, clientId, scope, clientAuthentication]);
  const hash = createHash('sha256').update(identity).digest('hex').slice(0, 32);
  const base = `${prefix}:{${hash}}`;
  return {
    token: `${base}:token`,
    lock: `${base}:lock`,
    generation: `${base}:generation`,
    failure: `${base}:failure`,
    rejected: `${base}:rejected`,
    channel: `${base}:news`,
  };
}
