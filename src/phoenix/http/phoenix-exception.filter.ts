import {
  Catch,
  Inject,
  Logger,
  type ArgumentsHost,
  type ExceptionFilter,
  type HttpException,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { InvalidIframeParamsError } from '../iframe/phoenix-iframe.service.js';
import { PhoenixError, type PhoenixErrorCode } from '../phoenix-error.js';
import { ProblemException } from './problem-details.js';

/** Asking again would not help: somebody has to correct the application. */
const MISTAKES_OF_THE_HOST: ReadonlySet<PhoenixErrorCode> = new Set([
  'invalid_argument',
  'invalid_locked_parameter',
]);

/**
 * Answers what this library throws as our own routes do, with problem details (RFC 9457): 400 for
 * refused iframe parameters, 503 with `Retry-After` while no token can be had, 500 for a call that no
 * library could answer, with the reason in the log. For a controller of
 * your own; it leaves what your guards and interceptors throw to your filters.
 *
 * @example
 * ```ts
 * @UseFilters(PhoenixExceptionFilter)
 * @Controller('pay')
 * export class PayController {}
 * ```
 *
 * @publicApi
 */
@Catch(ProblemException, PhoenixError)
export class PhoenixExceptionFilter implements ExceptionFilter {
  private readonly logger = new Logger('Phoenix');

  /** @internal */
  constructor(@Inject(HttpAdapterHost) private readonly adapterHost: HttpAdapterHost) {}

  catch(exception: PhoenixError | HttpException, host: ArgumentsHost): void {
    const problem =
      exception instanceof PhoenixError
        ? this.problemOf(exception)
        : (exception as ProblemException);
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

  private problemOf(exception: PhoenixError): ProblemException {
    if (exception instanceof InvalidIframeParamsError) {
      return new ProblemException(
        'invalid_parameters',
        'Correct the parameters listed in invalid_params.',
        {
          invalidParams: exception.invalidParams,
        },
      );
    }
    if (MISTAKES_OF_THE_HOST.has(exception.code)) {
      this.logger.error(exception.message);
      return new ProblemException('internal_error', 'This could not be answered. It was logged.');
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
