import type { z } from 'zod';
import { jsonReply, NO_CONTENT, type Reply } from '../http/reply.js';
import type { SandboxRequest } from '../http/request.js';
import { problemReply } from '../http/trusted-origin.js';
import type { FaultQueue } from './fault-queue.js';
import { faultSchema, problemsOf } from './fault.schema.js';

/** The queue of faults over HTTP. */
export class FaultsRoutes {
  constructor(private readonly queue: FaultQueue) {}

  list(status = 200): Reply {
    return jsonReply(status, { faults: this.queue.list() });
  }

  /** Adds one fault at the end. */
  add(request: SandboxRequest): Reply {
    return withBody(request, faultSchema, (fault) => {
      this.queue.add(fault);
      return this.list(201);
    });
  }

  /** Replaces all faults by a list. */
  replace(request: SandboxRequest): Reply {
    return withBody(request, faultSchema.array(), (faults) => {
      this.queue.replace(faults);
      return this.list();
    });
  }

  clear(): Reply {
    this.queue.clear();
    return NO_CONTENT;
  }
}

/** Reads a JSON body against a schema; a refusal names every field that is wrong. */
function withBody<T>(
  { mediaType, body }: SandboxRequest,
  schema: z.ZodType<T>,
  use: (value: T) => Reply,
): Reply {
  // What a page of another site can post without asking first has another type.
  if (mediaType !== 'application/json') {
    const problem =
      'Must be application/json. Send Content-Type: application/json, as curl --json does.';
    return problemReply(415, 'unsupported_media_type', [{ field: 'Content-Type', problem }]);
  }
  if (body === undefined) {
    const problem = 'The body is longer than 1 MiB. Send fewer or smaller faults.';
    return problemReply(413, 'invalid_fault', [{ field: '', problem }]);
  }
  const value = parseJson(body);
  if (value === undefined) {
    return problemReply(400, 'invalid_fault', [{ field: '', problem: 'The body is not JSON' }]);
  }
  const parsed = schema.safeParse(value);
  return parsed.success
    ? use(parsed.data)
    : problemReply(400, 'invalid_fault', problemsOf(parsed.error));
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
