import { Catch, HttpException, type ArgumentsHost } from '@nestjs/common';
import { BaseExceptionFilter, HttpAdapterHost } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { StatsService } from '../stats/stats.service.js';
import { OAuthError } from './oauth-error.js';
import { rawTokenRequest } from './raw-token-request.js';
import { refusal } from './token-grant.service.js';
import { TOKEN_PATH } from './token.controller.js';
import { authenticationOf } from './token-request.js';

/** Fastify refuses some requests before any controller sees them; the token endpoint answers those in OAuth's words. */
@Catch()
export class UnreadableRequestFilter extends BaseExceptionFilter {
  constructor(
    { httpAdapter }: HttpAdapterHost,
    private readonly stats: StatsService,
  ) {
    super(httpAdapter);
  }

  override catch(exception: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    if (request.routeOptions.url !== TOKEN_PATH || !isClientError(exception)) {
      super.catch(exception, host);
      return;
    }
    const raw = rawTokenRequest(request);
    const end = this.stats.tokenRequest({
      contentType: raw.contentType,
      authentication: authenticationOf(raw),
    });
    const { status, headers, body } = refusal(
      new OAuthError(
        'invalid_request',
        'The request has a body or a content type that cannot be read.',
      ),
    );
    void host.switchToHttp().getResponse<FastifyReply>().status(status).headers(headers).send(body);
    end({ status, carriedToken: false });
  }
}

function isClientError(exception: unknown): boolean {
  return exception instanceof HttpException && exception.getStatus() < 500;
}
