import {
  Catch,
  HttpException,
  Logger,
  type ArgumentsHost,
  type ExceptionFilter,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';

/** Every failure of the shop looks like this: `{ "error": { "status": 401, "message": "…" } }`. */
@Catch()
export class ShopErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger('Shop');

  constructor(private readonly adapterHost: HttpAdapterHost) {}

  catch(exception: unknown, host: ArgumentsHost): void {
    const known = exception instanceof HttpException;
    if (!known) this.logger.error(exception);
    const status = known ? exception.getStatus() : 500;
    const message = known ? exception.message : 'Something went wrong.';
    const response: unknown = host.switchToHttp().getResponse();
    this.adapterHost.httpAdapter.reply(response, { error: { status, message } }, status);
  }
}
