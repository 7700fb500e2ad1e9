import { HttpException, HttpStatus } from '@nestjs/common';
import type { InvalidParam } from '../iframe/iframe-params.js';

/** Stable codes of the problems that our endpoints answer with. */
export type ProblemCode =
  | 'unauthorized'
  | 'origin_not_allowed'
  | 'invalid_parameters'
  | 'token_unavailable'
  | 'keys_unavailable'
  | 'internal_error';

/** Problem details for HTTP APIs (RFC 9457). */
export interface ProblemDetails {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** The last part of `type`, for those who do not care for URIs. */
  readonly code: string;
  readonly invalid_params?: readonly InvalidParam[];
}

interface ProblemExtras {
  readonly headers?: Readonly<Record<string, string>>;
  readonly invalidParams?: readonly InvalidParam[];
}

const PROBLEMS: Readonly<Record<ProblemCode, { status: HttpStatus; title: string }>> = {
  unauthorized: {
    status: HttpStatus.UNAUTHORIZED,
    title: 'Credentials are missing or not accepted',
  },
  origin_not_allowed: { status: HttpStatus.FORBIDDEN, title: 'This origin may not ask' },
  invalid_parameters: { status: HttpStatus.BAD_REQUEST, title: 'Parameters are not acceptable' },
  token_unavailable: {
    status: HttpStatus.SERVICE_UNAVAILABLE,
    title: 'No usable Phoenix token at the moment',
  },
  keys_unavailable: {
    status: HttpStatus.SERVICE_UNAVAILABLE,
    title: 'Credentials cannot be checked at the moment',
  },
  internal_error: {
    status: HttpStatus.INTERNAL_SERVER_ERROR,
    title: 'Something is wrong on our side',
  },
};

/** The URI that identifies a kind of problem. */
export function problemType(code: string): string {
  return `urn:problem-type:phoenix:${code.replaceAll('_', '-')}`;
}

export function problemDetails(
  code: ProblemCode,
  detail: string,
  invalidParams?: readonly InvalidParam[],
): ProblemDetails {
  const { status, title } = PROBLEMS[code];
  return {
    type: problemType(code),
    title,
    status,
    detail,
    code,
    ...(invalidParams !== undefined && { invalid_params: invalidParams }),
  };
}

/** An exception of ours: its response is a problem details object, whoever renders it. */
export class ProblemException extends HttpException {
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ProblemCode, detail: string, extras: ProblemExtras = {}) {
    const problem = problemDetails(code, detail, extras.invalidParams);
    super(problem, problem.status);
    this.message = detail;
    this.headers = extras.headers ?? {};
  }
}
