import { applyDecorators } from '@nestjs/common';
import {
  ApiExtraModels,
  ApiResponse,
  getSchemaPath,
  type ApiResponseOptions,
} from '@nestjs/swagger';
import { PhoenixProblemDto } from './phoenix.dto.js';

/** Names of the security schemes that our own guards stand for. */
export const API_KEY_SCHEME = 'phoenix-api-key';
export const JWT_SCHEME = 'phoenix-jwt';

const RETRY_AFTER = {
  'Retry-After': {
    description: 'Seconds after which to try again.',
    schema: { type: 'integer' as const, minimum: 0 },
  },
};

const CHALLENGE = {
  'WWW-Authenticate': {
    description: 'Which credentials are accepted.',
    schema: { type: 'string' as const },
  },
};

/** A failure as problem details, with an example of its kind. */
export function ApiProblem(
  status: number,
  description: string,
  example: { title: string; detail: string; code: string; invalid_params?: object[] },
): MethodDecorator & ClassDecorator {
  const type = `urn:problem-type:phoenix:${example.code.replaceAll('_', '-')}`;
  const headers =
    status === 401 ? CHALLENGE : status === 429 || status === 503 ? RETRY_AFTER : undefined;
  const options: ApiResponseOptions = {
    status,
    description,
    content: {
      'application/problem+json': {
        schema: { $ref: getSchemaPath(PhoenixProblemDto) },
        example: { type, status, ...example },
      },
    },
    ...(headers !== undefined && { headers }),
  };
  return applyDecorators(ApiExtraModels(PhoenixProblemDto), ApiResponse(options));
}

/** How our own guards turn somebody away. */
export const ApiUnauthorizedProblem = (): MethodDecorator & ClassDecorator =>
  ApiProblem(401, 'Credentials are missing or not accepted.', {
    title: 'Credentials are missing or not accepted',
    detail: 'The JWT is not accepted.',
    code: 'unauthorized',
  });

/** The failures that both of our routes share. */
export const ApiTokenProblems = (): MethodDecorator & ClassDecorator =>
  applyDecorators(
    ApiProblem(403, 'The calling page is not on the list of allowed origins.', {
      title: 'This origin may not ask',
      detail: 'Pages of this origin may not ask for a Phoenix token.',
      code: 'origin_not_allowed',
    }),
    ApiProblem(429, 'Too many requests; the rate limit is the one of the host.', {
      title: 'Too Many Requests',
      detail: 'Too many requests. Slow down.',
      code: 'too_many_requests',
    }),
    ApiProblem(
      503,
      'No usable token can be had, or credentials cannot be checked, at the moment.',
      {
        title: 'No usable Phoenix token at the moment',
        detail: 'Phoenix issues no token at present. Try again later.',
        code: 'token_unavailable',
      },
    ),
  );
