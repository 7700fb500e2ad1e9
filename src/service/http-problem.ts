import { STATUS_CODES } from 'node:http';
import type { FastifyReply } from 'fastify';

const CONTENT_TYPE = 'application/problem+json; charset=utf-8';

/** Problem details (RFC 9457) made from the HTTP status. */
export interface HttpProblem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
}

/** @param detail what is wrong with the request; kept to ourselves when the fault is ours */
export function httpProblem(status: number, detail: string): HttpProblem {
  const title = STATUS_CODES[status] ?? 'Error';
  const code = title.toLowerCase().replace(/[^a-z]+/g, '_');
  return {
    type: `urn:problem-type:phoenix:${code.replaceAll('_', '-')}`,
    title,
    status,
    detail: status < 500 ? detail : 'Something went wrong here; it was logged.',
    code,
  };
}

/** The headers that every problem has. */
export const PROBLEM_HEADERS: Readonly<Record<string, string>> = {
  'content-type': CONTENT_TYPE,
  'cache-control': 'no-store',
};

/** Answers with problem details. */
export function sendProblem(reply: FastifyReply, status: number, detail: string): void {
  void reply.status(status).headers(PROBLEM_HEADERS).send(httpProblem(status, detail));
}
