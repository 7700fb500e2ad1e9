import { applyDecorators } from '@nestjs/common';
import {
  ApiExtraModels,
  ApiResponse,
  getSchemaPath,
  type ApiResponseOptions,
} from '@nestjs/swagger';
import { PhoenixProblemDto } from './phoenix.dto.js';
import { problemDetails, problemType, type ProblemDetails } from './problem-details.js';

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
  description: string,
  example: ProblemDetails,
): MethodDecorator & ClassDecorator {
  const { status } = example;
  const headers =
    status === 401 ? CHALLENGE : status === 429 || status === 503 ? RETRY_AFTER : undefined;
  const options: ApiResponseOptions = {
    status,
    description,
    content: {
      'application/problem+json': { schema: { $ref: getSchemaPath(PhoenixProblemDto) }, example },
    },
    ...(headers !== undefined && { headers }),
  };
  return applyDecorators(ApiExtraModels(PhoenixProblemDto), ApiResponse(options));
}

/** Whose guards turn callers away: ours with problem details, those of the host as it likes. */
export interface GuardAnswers {
  readonly us: boolean;
  readonly host: boolean;
}

/** How guards answer those whom they do not know. */
export function ApiUnauthenticated({
  us,
  host,
}: GuardAnswers): (MethodDecorator & ClassDecorator)[] {
  if (us) {
    const example = problemDetails('unauthorized', 'The JWT is not accepted.');
    return [ApiProblem('Credentials are missing or not accepted.', example)];
  }
  const description =
    "The application's guard does not know the caller; it decides how it answers.";
  return host ? [ApiResponse({ status: 401, description })] : [];
}

/** How guards answer those who may not. */
export function ApiForbidden(): MethodDecorator & ClassDecorator {
  const description = "The application's guard refuses the caller; it decides how it answers.";
  return ApiResponse({ status: 403, description });
}

/** How the list of allowed origins answers, or a guard of the host before it. */
export function ApiForbiddenOrigin({ host }: GuardAnswers): MethodDecorator & ClassDecorator {
  if (!host) {
    return ApiProblem(
      'The calling page is not on the list of allowed origins.',
      problemDetails('origin_not_allowed', 'Pages of this origin may not ask for a Phoenix token.'),
    );
  }
  const description =
    "The application's guard refuses the caller, and decides how it answers; or the calling page is not " +
    'on the list of allowed origins (problem details with the code origin_not_allowed).';
  return ApiResponse({ status: 403, description });
}

/** How the service's limit answers. */
export const ApiTooManyRequests = (): MethodDecorator & ClassDecorator =>
  ApiProblem('Too many requests; the rate limit is the one of the host.', {
    type: problemType('too_many_requests'),
    title: 'Too Many Requests',
    status: 429,
    detail: 'Too many requests. Slow down.',
    code: 'too_many_requests',
  });

/** The failures that both of our routes share. */
export const ApiTokenProblems = (): MethodDecorator & ClassDecorator =>
  applyDecorators(
    ApiTooManyRequests(),
    ApiProblem(
      'No usable token can be had, or credentials cannot be checked, at the moment.',
      problemDetails('token_unavailable', 'Phoenix issues no token at present. Try again later.'),
    ),
  );
