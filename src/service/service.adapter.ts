import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AccessLogger } from './access.logger.js';
import type { AppLimits } from './app-limits.js';
import { createProxyTrust, type RequestSource, type TrustsAddress } from './client-address.js';
import { Connections } from './connections.js';
import { sendProblem } from './http-problem.js';
import { RateLimitHook } from './rate-limit.hook.js';
import type { RateLimit } from './rate-limit.js';
import { JSON_HEADERS, pageHeaders } from './security-headers.js';
import type { ServiceSettings } from './service.config.js';
import {
  answerExpectation,
  answerOnSocket,
  detailOf,
  statusOfClientError,
} from './unreadable-request.js';

type Done = (error?: Error) => void;

/**
 * Fastify as the service runs it: limits, security headers, access log, problem details for whatever
 * is answered, and a shutdown that ends with the last answer.
 */
export class ServiceAdapter extends FastifyAdapter {
  readonly #connections: Connections;
  readonly #access: AccessLogger;
  readonly #trusts: TrustsAddress;
  #limit: RateLimitHook | undefined;

  constructor(
    private readonly settings: ServiceSettings,
    { requestTimeoutMs, shutdownGraceMs }: AppLimits,
  ) {
    super({
      frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
        void this.#answerFrameworkError(error, request, reply);
      },
      clientErrorHandler: (error, socket) => {
        void this.#answerClientError(error, socket);
      },
      requestTimeout: requestTimeoutMs,
      // Requests that come while we close are answered like others.
      return503OnClosing: false,
      http: {
        // Node.js enforces no requestTimeout that is shorter than the headersTimeout.
        headersTimeout: requestTimeoutMs,
        connectionsCheckingInterval: requestTimeoutMs / 10,
        // Node.js would refuse it without a body.
        requireHostHeader: false,
      },
    });
    this.#trusts = createProxyTrust(settings.trustProxy);
    const fastify = this.getInstance<FastifyInstance>();
    this.#access = new AccessLogger(this.#trusts);
    this.#connections = new Connections(fastify.server, (reply) => {
      this.#access.log(reply, { aborted: true });
    });
    fastify.server.on('checkExpectation', (request, response) => {
      void this.#statusFor(request, 417).then((status) => {
        answerExpectation(response, status);
      });
    });
    this.setOnRequestHook((request, reply, done) => {
      this.#receive(request, reply, done);
    });
    fastify.addHook('onResponse', (request, reply, done) => {
      if (this.#connections.end(request, reply)) this.#access.log(reply);
      done();
    });
    fastify.addHook('preClose', (done) => {
      setTimeout(() => {
        this.#connections.destroyAll();
      }, shutdownGraceMs).unref();
      done();
    });
  }

  /** From then on, requests are counted and refused. */
  limitRequests(rateLimit: RateLimit): void {
    const fastify = this.getInstance<FastifyInstance>();
    this.#limit = new RateLimitHook({
      rateLimit,
      limit: this.settings.rateLimitPerMinute,
      trusts: this.#trusts,
    });
    fastify.addHook('onRequest', this.#limit.refuse);
    fastify.addHook('onClose', (_fastify, done) => {
      rateLimit.close();
      done();
    });
  }

  /** Serves pages beside JSON. @param frameSources origins that the pages may embed */
  servePages(frameSources: readonly string[]): void {
    const headers = pageHeaders(frameSources);
    const fastify = this.getInstance<FastifyInstance>();
    fastify.addHook('onSend', (request, reply, payload, done) => {
      if (!String(reply.getHeader('content-type')).includes('json')) void reply.headers(headers);
      if (payload instanceof Readable) this.#connections.tie(payload, request);
      done(null, payload);
    });
  }

  override beforeClose(): void {
    super.beforeClose();
    this.#connections.drain();
  }

  #receive(request: FastifyRequest, reply: FastifyReply, done: Done): void {
    this.#connections.begin(request, reply);
    void reply.headers(JSON_HEADERS);
    if (request.headers.host === undefined && request.raw.httpVersion === '1.1') {
      void this.#statusFor(request.raw, 400).then((status) => {
        sendProblem(
          reply,
          status,
          status === 400 ? 'The header Host is missing.' : detailOf(status),
        );
      });
    } else if (this.#limit === undefined) done();
    else this.#limit.count(request, reply, done);
  }

  async #answerFrameworkError(
    { statusCode = 400, message }: FastifyError,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const status = await this.#statusFor(request.raw, statusCode);
    void reply.headers(JSON_HEADERS);
    sendProblem(reply, status, status === statusCode ? message : detailOf(status));
    this.#access.log(reply);
  }

  async #answerClientError(error: NodeJS.ErrnoException, socket: Socket): Promise<void> {
    if (error.code === 'ECONNRESET' || socket.destroyed) return;
    const open = this.#connections.openOn(socket);
    const unread = open.find(({ request }) => !request.raw.complete);
    // What could not be read came after requests that are still to be answered: that ends the connection.
    if (open.length > 0 && unread === undefined) {
      this.#connections.endAfterLast(socket);
      return;
    }
    const status = await this.#statusFor({ socket, headers: {} }, statusOfClientError(error));
    if (unread !== undefined && this.#connections.end(unread.request, unread)) {
      this.#access.log(unread, { status });
    }
    answerOnSocket(socket, status);
  }

  /** @returns the status for what no route answers, which counts for the limit all the same */
  async #statusFor(raw: RequestSource, status: number): Promise<number> {
    return this.#limit === undefined || (await this.#limit.admitsMalformed(raw)) ? status : 429;
  }
}
