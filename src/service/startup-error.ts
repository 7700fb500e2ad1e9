import { PhoenixError } from '../phoenix/index.js';
import { ConfigurationError } from './configuration.js';

/** What to tell the operator when the service cannot start; a stack only where we have nothing better. */
export function explain(error: unknown): string {
  if (error instanceof ConfigurationError || error instanceof PhoenixError) return error.message;
  if (!(error instanceof Error)) return 'The service cannot start, for an unknown reason.';
  const { code, port } = error as NodeJS.ErrnoException & { port?: number };
  if (code === 'EADDRINUSE') {
    return `Port ${port ?? ''} is taken by another process. Stop it, or set PORT to a free one.`;
  }
  return error.stack ?? error.message;
}
