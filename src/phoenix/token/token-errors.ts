import { PhoenixError } from '../phoenix-error.js';

/** The same failure, as of now: what a caller is told about trying again. */
export function withPause(
  { code, message, status }: PhoenixError,
  retryAfterMs: number,
): PhoenixError {
  return new PhoenixError(code, message, {
    retryAfterMs,
    ...(status !== undefined && { status }),
  });
}

export function shutDownError(): PhoenixError {
  return new PhoenixError(
    'shut_down',
    'The application is shutting down, so no Phoenix token is handed out any more. ' +
      'Finish token-dependent work before onApplicationShutdown.',
  );
}

export function tokenRejectedError(): PhoenixError {
  return new PhoenixError(
    'token_rejected',
    'Fresh Phoenix tokens were reported invalid several times in a row. A new one is fetched ' +
      'after a pause; check what reports them, and ask Phoenix whether the account is active.',
  );
}
