import { withBody } from '../http/json-body.js';
import { jsonReply, NO_CONTENT } from '../http/reply.js';
import type { Methods } from '../http/router.js';
import type { FaultQueue } from './fault-queue.js';
import { faultSchema } from './fault.schema.js';

/** The queue of faults over HTTP: POST adds one fault at the end, PUT replaces all by a list. */
export function faultsRoutes(queue: FaultQueue): Methods {
  const list = (status = 200) => jsonReply(status, { faults: queue.list() });
  return {
    GET: () => list(),
    POST: (request) =>
      withBody(request, faultSchema, 'invalid_fault', (fault) => {
        queue.add(fault);
        return list(201);
      }),
    PUT: (request) =>
      withBody(request, faultSchema.array(), 'invalid_fault', (faults) => {
        queue.replace(faults);
        return list();
      }),
    DELETE: () => {
      queue.clear();
      return NO_CONTENT;
    },
  };
}
