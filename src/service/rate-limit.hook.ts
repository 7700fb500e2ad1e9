import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  clientAddress,
  networkOf,
  type RequestSource,
  type TrustsAddress,
} from './client-address.js';
import { sendProblem } from './http-problem.js';
import { isProbe } from './probes.js';
import type { Budget, RateLimit } from './rate-limit.js';

type Done = (error?: Error) => void;

export interface RateLimitHookOptions {
  readonly rateLimit: RateLimit;
  /** Requests per minute, client address and route. */
  readonly limit: number;
  readonly trusts: TrustsAddress;
}

/** What is answered before a route counts as one route, whatever its address. */
const UNROUTED = {
  /** Preflights among them, so that a page's own requests are not halved. */
  options: 'OPTIONS',
  notFound: 'not found',
  malformed: 'malformed',
} as const;

/**
 * Counts every request before anything else happens to it, and refuses those beyond the limit.
 * Probes are exempt: Kubernetes asks often, and from one address.
 */
export class RateLimitHook {
  readonly #refused = new WeakMap<FastifyRequest, Budget>();

  constructor(private readonly options: RateLimitHookOptions) {}

  /** For the very first hook of a request. */
  readonly count = (request: FastifyRequest, reply: FastifyReply, done: Done): void => {
    const route = routeOf(request);
    if (route === undefined) {
      done();
      return;
    }
    const budget = this.#count(request.raw, route);
    if (budget instanceof Promise) {
      void budget.then((counted) => {
        this.#judge(counted, request, reply, done);
      }, done);
    } else this.#judge(budget, request, reply, done);
  };

  /** For a hook after the one for CORS: without its headers, a page could not read the refusal. */
  readonly refuse = (request: FastifyRequest, reply: FastifyReply, done: Done): void => {
    const budget = this.#refused.get(request);
    if (budget === undefined) done();
    else answer(reply, budget);
  };

  /** @returns whether what the server could not read as a request is within the limit */
  async admitsMalformed(raw: RequestSource): Promise<boolean> {
    return (await this.#count(raw, UNROUTED.malformed)).used <= this.options.limit;
  }

  #count(raw: RequestSource, route: string): Budget | Promise<Budget> {
    const { rateLimit, trusts } = this.options;
    return rateLimit.count(`${networkOf(clientAddress(raw, trusts))} ${route}`);
  }

  #judge(budget: Budget, request: FastifyRequest, reply: FastifyReply, done: Done): void {
    const { limit } = this.options;
    void reply
      .header('X-RateLimit-Limit', limit)
      .header('X-RateLimit-Remaining', Math.max(0, limit - budget.used))
      .header('X-RateLimit-Reset', secondsOf(budget));
    if (budget.used <= limit) done();
    else if (isOfPage(request)) {
      this.#refused.set(request, budget);
      done();
    } else answer(reply, budget);
  }
}

function answer(reply: FastifyReply, budget: Budget): void {
  void reply.header('Retry-After', secondsOf(budget));
  sendProblem(reply, 429, 'Too many requests from your address. Wait as long as Retry-After says.');
}

function secondsOf({ resetsInMs }: Budget): number {
  return Math.max(1, Math.ceil(resetsInMs / 1000));
}

/** @returns undefined for the probes */
function routeOf(request: FastifyRequest): string | undefined {
  if (request.method === 'OPTIONS') return UNROUTED.options;
  if (request.is404) return UNROUTED.notFound;
  const { url = '' } = request.routeOptions;
  return isProbe(url) ? undefined : url;
}

/** Others have no use for CORS headers, or get no further than this hook. */
function isOfPage({ method, headers, raw }: FastifyRequest): boolean {
  return method !== 'OPTIONS' && headers.origin !== undefined && raw.url?.startsWith('/') === true;
}
