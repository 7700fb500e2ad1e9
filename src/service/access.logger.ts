import { Logger } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { clientAddress, type TrustsAddress } from './client-address.js';
import { isProbe } from './probes.js';

/** How a request ended whose answer was not sent in full. */
export interface Interruption {
  /** The connection was lost. */
  readonly aborted?: boolean;
  /** What was answered instead of the route. */
  readonly status?: number;
}

/** Writes one line for each request. The query stays out: it belongs to the caller. */
export class AccessLogger {
  private readonly logger = new Logger('Access');

  constructor(private readonly trusts: TrustsAddress) {}

  log(reply: FastifyReply, { aborted = false, status }: Interruption = {}): void {
    const { request } = reply;
    const [path = ''] = request.url.split('?', 1);
    const answered = status ?? (reply.sent ? reply.statusCode : undefined);
    const details = {
      requestId: request.id,
      method: request.method,
      path,
      ...(answered !== undefined && { status: answered }),
      ...(aborted && { aborted }),
      durationMs: Math.round(reply.elapsedTime),
      remoteAddress: clientAddress(request.raw, this.trusts),
    };
    const line = [request.method, path, answered, aborted && 'aborted'].filter(Boolean).join(' ');
    if (isProbe(path)) this.logger.debug(line, details);
    else this.logger.log(line, details);
  }
}
