import { Catch, Inject, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { InvalidIframeParamsError } from '../iframe/phoenix-iframe.service.js';
import { PhoenixError } from '../phoenix-error.js';
import { ProblemException } from './problem-details.js';

/**
 * Renders our own exceptions as `application/problem+json`. What the host's guards and
 * interceptors throw is not ours, and goes to the host's filters.
 */
@Catch(ProblemException, PhoenixError)
export class ProblemDetailsFilter implements ExceptionFilter {
  private readonly logger = new Logger('Phoenix');

  constructor(@Inject(HttpAdapterHost) private readonly adapterHost: HttpAdapterHost) {}

  catch(exception: ProblemException | PhoenixError, host: ArgumentsHost): void {
    const problem = this.problemOf(exception);
    const response: unknown = host.switchToHttp().getResponse();
    const adapter = this.adapterHost.httpAdapter;
    const headers = {
      ...problem.headers,
      'Content-Type': 'application/problem+json; charset=utf-8',
      'Cache-Control': 'no-store',
    };
    for (const [name, value] of Object.entries(headers)) adapter.setHeader(response, name, value);
    adapter.reply(response, problem.getResponse(), problem.getStatus());
  }

  private problemOf(exception: ProblemException | PhoenixError): ProblemException {
    if (exception instanceof ProblemException) return exception;
    if (exception instanceof InvalidIframeParamsError) {
      return new ProblemException(
        'invalid_parameters',
        'Correct the parameters listed in invalid_params.',
        {
          invalidParams: exception.invalidParams,
        },
      );
    }
    if (exception.code === 'invalid_locked_parameter') {
      this.logger.error(exception.message);
      return new ProblemException(
        'internal_error',
        'The iframe URL could not be made. It was logged.',
      );
    }
    return new ProblemException(
      'token_unavailable',
      'Phoenix issues no token at present. Try again later.',
      {
        headers: { 'Retry-After': String(retryAfterSeconds(exception)) },
      },
    );
  }
}

function retryAfterSeconds({ retryAfterMs = 1_000 }: PhoenixError): number {
  return Math.max(1, Math.ceil(retryAfterMs / 1_000));
}
