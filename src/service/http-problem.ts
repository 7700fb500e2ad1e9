import { STATUS_CODES } from 'node:http';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';

/**
 * Answers with problem details (RFC 9457) made from the HTTP status.
 *
 * @param detail what is wrong with the request; kept to ourselves when the fault is ours
 */
export function sendProblem(reply: FastifyReply, status: number, detail: string): void {
  const title = STATUS_CODES[status] ?? 'Error';
  const code = title.toLowerCase().replace(/[^a-z]+/g, '_');
  void reply
    .status(status)
    .header('Content-Type', 'application/problem+json; charset=utf-8')
    .header('Cache-Control', 'no-store')
    .send({
      type: `urn:problem-type:phoenix:${code.replaceAll('_', '-')}`,
      title,
      status,
      detail: status < 500 ? detail : 'Something went wrong here; it was logged.',
      code,
    });
}

/** Answers what Fastify refuses before Nest sees it, such as a malformed address. */
export function answerFrameworkError(
  error: FastifyError,
  _request: FastifyRequest,
  reply: FastifyReply,
): void {
  sendProblem(reply, error.statusCode ?? 400, error.message);
}
