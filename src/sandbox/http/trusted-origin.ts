import { isIP } from 'node:net';
import type { Handler, Methods } from './router.js';
import { jsonReply, type Reply } from './reply.js';
import type { SandboxRequest } from './request.js';

/** One thing that is wrong with a request. */
export interface Problem {
  /** Path of the field, e.g. `set.expires_in`, or name of the header; empty for the body as a whole. */
  readonly field: string;
  readonly problem: string;
}

export function problemReply(status: number, error: string, problems: readonly Problem[]): Reply {
  return jsonReply(status, { error, problems });
}

/**
 * Refuses, but for `GET`, what a page of another site made a browser send: straight (`Origin`,
 * `Sec-Fetch-Site`) or under a name of its own that leads here (DNS rebinding).
 *
 * A browser must name the sandbox by IP address, as localhost, or by the host it listens on. Other clients
 * must do so only while the sandbox listens on loopback: in a network of containers it has names that
 * only this network knows.
 *
 * @param listenHost what the sandbox listens on
 */
export function closedToPages(listenHost: string, methods: Methods): Methods {
  const guarded = Object.entries(methods).map(([method, handler]): [string, Handler] => [
    method,
    (request) => {
      const problem = method === 'GET' ? undefined : problemOf(request, listenHost);
      return problem === undefined
        ? handler(request)
        : problemReply(403, 'forbidden_origin', [problem]);
    },
  ]);
  return Object.fromEntries(guarded);
}

function problemOf({ headers }: SandboxRequest, listenHost: string): Problem | undefined {
  // HTTP/1.0 knows no Host, and no browser speaks it.
  const { host = 'localhost', origin, 'sec-fetch-site': site } = headers;
  if (origin !== undefined && origin !== `http://${host}`) return anotherSite('Origin');
  if (site !== undefined && site !== 'same-origin' && site !== 'none') {
    return anotherSite('Sec-Fetch-Site');
  }
  const name = /^(\[[\da-f:.]+\]|[^:]*)(?::\d*)?$/i.exec(host)?.[1]?.toLowerCase() ?? '';
  const isBrowser = origin !== undefined || site !== undefined;
  if (isOwnName(name, listenHost) || (!isBrowser && !isLoopback(listenHost))) return undefined;
  return {
    field: 'Host',
    problem:
      'Is a name that another site could have. Address the sandbox by its IP address or as localhost, ' +
      'or set the option "host" (HOST for npm run sandbox) to the name, or to 0.0.0.0 among containers.',
  };
}

function anotherSite(field: string): Problem {
  return {
    field,
    problem:
      'Is of another site, and no web page may change the sandbox. Send the request from a test, ' +
      'from a server, or with curl.',
  };
}

function isOwnName(name: string, listenHost: string): boolean {
  return isLoopback(name) || isIP(bare(name)) !== 0 || name === listenHost.toLowerCase();
}

function isLoopback(name: string): boolean {
  return /^(localhost|.*\.localhost|127\.[\d.]+|::1)$/i.test(bare(name));
}

const bare = (name: string) => name.replace(/^\[|\]$/g, '');
