import { withBody } from '../http/json-body.js';
import { jsonReply, NO_CONTENT, type Reply } from '../http/reply.js';
import type { SandboxRequest } from '../http/request.js';
import type { FaultQueue } from './fault-queue.js';
import { faultSchema } from './fault.schema.js';

/** The queue of faults over HTTP. */
export class FaultsRoutes {
  constructor(private readonly queue: FaultQueue) {}

  list(status = 200): Reply {
    return jsonReply(status, { faults: this.queue.list() });
  }

  /** Adds one fault at the end. */
  add(request: SandboxRequest): Reply {
    return withBody(request, faultSchema, 'invalid_fault', (fault) => {
      this.queue.add(fault);
      return this.list(201);
    });
  }

  /** Replaces all faults by a list. */
  replace(request: SandboxRequest): Reply {
    return withBody(request, faultSchema.array(), 'invalid_fault', (faults) => {
      this.queue.replace(faults);
      return this.list();
    });
  }

  clear(): Reply {
    this.queue.clear();
    return NO_CONTENT;
  }
}
