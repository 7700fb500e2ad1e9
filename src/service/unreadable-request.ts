import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { httpProblem, PROBLEM_HEADERS } from './http-problem.js';
import { JSON_HEADERS } from './security-headers.js';

/** What Node.js calls the faults of a request that it cannot read. */
const STATUSES: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  HPE_HEADER_OVERFLOW: 431,
};

const DETAILS: Readonly<Record<number, string>> = {
  400: 'This is not a request as HTTP/1.1 wants it.',
  408: 'The request took too long to arrive.',
  413: 'The extensions of the chunks are too large.',
  417: 'The expectation of the header Expect cannot be met.',
  429: 'Too many requests from your address. Try again later.',
  431: 'The headers are too large.',
};

/** The status for what Node.js could not read as a request. */
export function statusOfClientError({ code = '' }: { readonly code?: string | undefined }): number {
  return STATUSES[code] ?? 400;
}

/** What is wrong with a request that no route saw. */
export function detailOf(status: number): string {
  return DETAILS[status] ?? '';
}

/** Answers on the bare connection, for want of a request, and ends it. */
export function answerOnSocket(socket: Socket, status: number): void {
  const problem = httpProblem(status, detailOf(status));
  const body = JSON.stringify(problem);
  const headers = {
    ...JSON_HEADERS,
    ...PROBLEM_HEADERS,
    'content-length': Buffer.byteLength(body),
    date: new Date().toUTCString(),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  if (socket.writable) {
    socket.write([`HTTP/1.1 ${status} ${problem.title}`, ...lines, '', body].join('\r\n'));
  }
  socket.destroySoon();
}

/** Answers an `Expect` that Node.js does not know (RFC 9110 §10.1.1). */
export function answerExpectation(response: ServerResponse, status: number): void {
  const body = JSON.stringify(httpProblem(status, detailOf(status)));
  response
    .writeHead(status, {
      ...JSON_HEADERS,
      ...PROBLEM_HEADERS,
      'content-length': Buffer.byteLength(body),
    })
    .end(body);
}
