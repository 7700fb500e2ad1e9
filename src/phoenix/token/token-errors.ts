import { PhoenixError } from '../phoenix-error.js';
import type { SharedFailure } from './token-store.js';

/** The same failure, as of now: what a caller is told about trying again. */
export function withPause(
  { code, message, status, vendorDescription }: PhoenixError,
  retryAfterMs: number,
): PhoenixError {
  return new PhoenixError(code, message, { status, retryAfterMs, vendorDescription });
}

export function shutDownError(): PhoenixError {
  return new PhoenixError(
    'shut_down',
    'The application is shutting down, so no Phoenix token is handed out any more. ' +
      'Finish token-dependent work before onApplicationShutdown.',
  );
}

/** Whatever the function threw may hold the secret, so it is not attached. */
export function secretUnavailableError(what: string): PhoenixError {
  return new PhoenixError(
    'secret_unavailable',
    `The function given as clientSecret ${what}, so no token could be requested. ` +
      'Check the secret store or file behind it; it will be asked again.',
  );
}

export function tokenRejectedError(): PhoenixError {
  return new PhoenixError(
    'token_rejected',
    'Fresh Phoenix tokens were reported invalid several times in a row. A new one is fetched ' +
      'after a pause; check what reports them, and ask Phoenix whether the account is active.',
  );
}

export function storeUnavailableError(reason: string): PhoenixError {
  return new PhoenixError(
    'store_unavailable',
    `The store that replicas share cannot be used: ${reason}. Each replica renews for itself meanwhile.`,
  );
}

/** Whether the store failed, rather than the renewal; a store of your own may throw anything. */
export function isStoreFailure(error: unknown): boolean {
  return !(error instanceof PhoenixError) || error.code === 'store_unavailable';
}

export function otherReplicaTimeoutError(waitedMs: number): PhoenixError {
  return new PhoenixError(
    'timeout',
    `Another replica has been renewing the Phoenix token for ${Math.round(waitedMs)} ms without a result. ` +
      'Its right to do so runs out by itself; then another replica takes over.',
  );
}

/** A failure that another replica shared; its own message stays in that replica's log. */
export function messageFromOtherReplica({ code, status }: SharedFailure): string {
  const http = status === undefined ? '' : ` (HTTP ${status})`;
  return `The token request of another replica failed: ${code}${http}. Its log says what to do.`;
}
