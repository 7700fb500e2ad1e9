import type { NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { SandboxFault } from './faults/fault.js';
import { FaultQueueService } from './faults/fault-queue.service.js';
import { listen, originOf } from './listen.js';
import { quietBoot } from './quiet-boot.js';
import { SandboxModule } from './sandbox.module.js';
import { resolveSandboxOptions, type PhoenixSandboxOptions } from './sandbox.options.js';
import type { SandboxStats } from './stats/sandbox-stats.js';
import { StatsService } from './stats/stats.service.js';
import { ClientService } from './token/client.service.js';
import { TokenIssuerService } from './token/token-issuer.service.js';

/**
 * Phoenix in a box: a local imitation of the vendor's token endpoint and iframe page, for demos and
 * tests. No money moves, and nothing leaves the machine.
 *
 * @example
 * await using sandbox = await PhoenixSandbox.start();
 * sandbox.setFault({ kind: 'status', status: 503, retryAfter: 5, times: 2 });
 *
 * @publicApi
 */
export class PhoenixSandbox implements AsyncDisposable {
  readonly #app: NestFastifyApplication;
  #closing: Promise<void> | undefined;

  private constructor(
    app: NestFastifyApplication,
    /** Scheme, host and port, e.g. `http://127.0.0.1:4000`. */
    readonly origin: string,
    /** The partner's id that the token endpoint accepts. */
    readonly clientId: string,
  ) {
    this.#app = app;
  }

  /**
   * Starts a sandbox; resolves when it accepts connections.
   *
   * @throws Error with cause and remedy: in production, when the port is taken, when an option is not valid
   */
  static async start(options: PhoenixSandboxOptions = {}): Promise<PhoenixSandbox> {
    if (process.env.NODE_ENV === 'production') {
      throw new Error(
        'The Phoenix sandbox does not start with NODE_ENV=production: it hands out tokens that no ' +
          'vendor knows. Use the real token URL there, or unset NODE_ENV for a demo.',
      );
    }
    const settings = resolveSandboxOptions(options);
    const logger = options.logger ?? false;
    const nestOptions: Pick<NestApplicationOptions, 'bodyParser' | 'abortOnError' | 'logger'> = {
      bodyParser: false,
      abortOnError: false,
      ...(logger === false ? {} : { logger }),
    };
    const boot = async () => {
      const app = await NestFactory.create<NestFastifyApplication>(
        SandboxModule.register(settings),
        new FastifyAdapter({ forceCloseConnections: true }),
        nestOptions,
      );
      await listen(app, settings);
      return app;
    };
    const app = await (logger === false ? quietBoot(boot) : boot());
    return new PhoenixSandbox(app, originOf(app, settings.host), settings.clientId);
  }

  /** Where tokens come from: `POST /oauth/token`. */
  get tokenUrl(): string {
    return `${this.origin}/oauth/token`;
  }

  /** The checkout page to embed; takes `access_token`, `address` and `shareOn` in its query. */
  get iframeUrl(): string {
    return `${this.origin}/`;
  }

  /** The partner's secret that the token endpoint accepts at present. */
  get clientSecret(): string {
    return this.#app.get(ClientService).secret;
  }

  /** Every token issued since the start, oldest first; for tests that look for leaks. Never sent over HTTP. */
  get issuedTokens(): readonly string[] {
    return this.#app.get(TokenIssuerService).issuedTokens;
  }

  /**
   * Issues a token without a request.
   * @param lifetimeSeconds default: `tokenLifetimeSeconds`; negative for a token that has expired
   */
  async issueToken(lifetimeSeconds?: number): Promise<string> {
    return this.#app.get(TokenIssuerService).issue({ lifetimeSeconds });
  }

  /** From now on only `newSecret` is accepted. Tokens issued before stay valid. */
  rotateSecret(newSecret: string): void {
    this.#app.get(ClientService).rotateSecret(newSecret);
  }

  /**
   * Adds a fault behind those already set. The token endpoint consumes them in order; one without
   * `times` stays until {@link clearFaults}.
   *
   * @throws Error naming each field that is not valid
   */
  setFault(fault: SandboxFault): void {
    this.#app.get(FaultQueueService).add(fault);
  }

  /** Forgets all faults; a request that a fault holds already stays held. */
  clearFaults(): void {
    this.#app.get(FaultQueueService).clear();
  }

  /** A snapshot of what arrived since the start or the last {@link resetStats}. */
  stats(): SandboxStats {
    return this.#app.get(StatsService).snapshot();
  }

  /** Sets all counts to zero. {@link issuedTokens} is kept. */
  resetStats(): void {
    this.#app.get(StatsService).reset();
  }

  /**
   * Waits for token requests without sleeping. A request has arrived when its body was read, before
   * any fault takes effect.
   *
   * @param count resolves once this many have arrived since the start or the last {@link resetStats},
   * at once if they have; without it: with the next one after this call
   * @throws Error when the sandbox closes first
   */
  async tokenRequestArrived(count?: number): Promise<void> {
    return this.#app.get(StatsService).tokenRequestArrived(count);
  }

  /**
   * Lets the process end although the sandbox listens.
   *
   * @internal
   */
  unref(): void {
    this.#app.getHttpServer().unref();
  }

  /** Stops at once: every connection is cut, also those a fault holds. Safe to call twice. */
  async close(): Promise<void> {
    this.#closing ??= this.#app.close();
    return this.#closing;
  }

  /** {@link close}, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
