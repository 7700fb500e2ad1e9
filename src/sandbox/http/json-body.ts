import type { z } from 'zod';
import { problemsOf } from '../faults/fault.schema.js';
import type { Reply } from './reply.js';
import type { SandboxRequest } from './request.js';
import { problemReply } from './trusted-origin.js';

/**
 * Reads a JSON body against a schema; a refusal names every field that is wrong.
 * @param error code of a refusal
 */
export function withBody<T>(
  { mediaType, body }: SandboxRequest,
  schema: z.ZodType<T>,
  error: string,
  use: (value: T) => Reply,
): Reply {
  // What a page of another site can post without asking first has another type.
  if (mediaType !== 'application/json') {
    const problem =
      'Must be application/json. Send Content-Type: application/json, as curl --json does.';
    return problemReply(415, 'unsupported_media_type', [{ field: 'Content-Type', problem }]);
  }
  if (body === undefined) {
    const problem = 'The body is longer than 1 MiB. Send a shorter one.';
    return problemReply(413, error, [{ field: '', problem }]);
  }
  const value = parseJson(body);
  if (value === undefined) {
    return problemReply(400, error, [{ field: '', problem: 'The body is not JSON' }]);
  }
  const parsed = schema.safeParse(value);
  return parsed.success ? use(parsed.data) : problemReply(400, error, problemsOf(parsed.error));
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
