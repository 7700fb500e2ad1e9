import { jsonReply, type Reply } from './reply.js';
import type { SandboxRequest } from './request.js';

/** Answers a request. What it throws becomes a 500. */
export type Handler = (request: SandboxRequest) => Reply;

/**
 * What each path answers, by method. `GET` answers `HEAD`, too; `ANY` answers what has no entry of its
 * own. Other methods get 405, other paths 404: a page in browsers, JSON elsewhere.
 */
export type Routes = Readonly<Record<string, Methods>>;

export type Methods = Readonly<Partial<Record<'GET' | 'POST' | 'PUT' | 'DELETE' | 'ANY', Handler>>>;

/** @param notFoundPage for browsers */
export function answer(routes: Routes, request: SandboxRequest, notFoundPage: () => Reply): Reply {
  const { method, path } = request;
  if (path === undefined) {
    return failure(400, 'Bad Request', 'The path has a percent sign that encodes nothing.');
  }
  const methods = Object.hasOwn(routes, path) ? routes[path] : undefined;
  if (methods === undefined) {
    if (request.headers.accept?.includes('text/html')) return notFoundPage();
    return failure(404, 'Not Found', `Cannot ${method} ${request.target}`);
  }
  const handler = methods[(method === 'HEAD' ? 'GET' : method) as keyof Methods] ?? methods.ANY;
  return handler?.(request) ?? methodNotAllowed(methods, request);
}

/** The 500 for what a handler threw. */
export function internalError(): Reply {
  return jsonReply(500, { statusCode: 500, message: 'Internal server error' });
}

function methodNotAllowed(methods: Methods, { method, target }: SandboxRequest): Reply {
  const allowed = Object.keys(methods).flatMap((name) => (name === 'GET' ? [name, 'HEAD'] : name));
  return failure(405, 'Method Not Allowed', `Cannot ${method} ${target}`, {
    Allow: allowed.join(', '),
  });
}

function failure(
  status: number,
  error: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return jsonReply(status, { message, error, statusCode: status }, headers);
}
