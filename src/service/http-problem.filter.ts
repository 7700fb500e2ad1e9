import {
  Catch,
  HttpException,
  Logger,
  type ArgumentsHost,
  type ExceptionFilter,
} from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { sendProblem } from './http-problem.js';

/**
 * Renders whatever the module does not render itself (unknown routes, the rate limit,
 * bugs) as problem details too. A failed health check keeps Terminus's shape.
 */
@Catch()
export class HttpProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(HttpProblemFilter.name);

  catch(exception: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    if (exception instanceof HttpException && isHealthResult(exception.getResponse())) {
      void reply.status(exception.getStatus()).send(exception.getResponse());
      return;
    }
    const status = statusOf(exception);
    if (status >= 500) this.logger.error(exception instanceof Error ? exception.stack : exception);
    sendProblem(reply, status, exception instanceof Error ? exception.message : '');
  }
}

/** Nest's exceptions carry a status, and so do Fastify's own errors. */
function statusOf(exception: unknown): number {
  if (exception instanceof HttpException) return exception.getStatus();
  const status: unknown = (exception as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' && status >= 400 && status < 600 ? status : 500;
}

function isHealthResult(response: unknown): response is object {
  return typeof response === 'object' && response !== null && 'details' in response;
}
