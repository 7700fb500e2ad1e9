import { PhoenixError } from '../phoenix/index.js';

/** Why we cannot start, in words for the operator. */
export class StartupError extends Error {
  override readonly name: string = 'StartupError';
}

/** What to tell the operator when we cannot start; a stack only where we have nothing better. */
export function explain(error: unknown): string {
  if (error instanceof StartupError || error instanceof PhoenixError) return error.message;
  if (!(error instanceof Error)) return 'The service cannot start, for an unknown reason.';
  return error.stack ?? error.message;
}
