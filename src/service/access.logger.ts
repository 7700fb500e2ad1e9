import { Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isProbe } from './probes.js';

const logger = new Logger('Access');

/** Logs a finished request. The query stays out: it belongs to the caller. */
export function logAccess(request: FastifyRequest, reply: FastifyReply): void {
  const [path = ''] = request.url.split('?', 1);
  const details = {
    requestId: request.id,
    method: request.method,
    path,
    status: reply.statusCode,
    durationMs: Math.round(reply.elapsedTime),
    remoteAddress: request.ip,
  };
  const line = `${request.method} ${path} ${reply.statusCode}`;
  if (isProbe(path)) logger.debug(line, details);
  else logger.log(line, details);
}
