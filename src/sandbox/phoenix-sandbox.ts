import { notFoundPage } from './checkout/checkout.routes.js';
import { CheckoutService } from './checkout/checkout.service.js';
import type { PaymentOutcome, SandboxOrder } from './checkout/order.js';
import type { SandboxPaymentLink } from './checkout/payment-link.store.js';
import type { SandboxFault } from './faults/fault.schema.js';
import { FaultQueue } from './faults/fault-queue.js';
import { answer, internalError } from './http/router.js';
import { SandboxServer } from './http/sandbox-server.js';
import { sandboxLogger } from './sandbox.logger.js';
import { resolveSandboxOptions, type PhoenixSandboxOptions } from './sandbox.options.js';
import { sandboxRoutes, type SandboxState } from './sandbox.routes.js';
import type { SandboxStats } from './stats/sandbox-stats.js';
import { Stats } from './stats/stats.js';
import { Client } from './token/client.js';
import { TokenIssuer } from './token/token-issuer.js';

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
  readonly #server: SandboxServer;
  readonly #state: SandboxState;
  #closing: Promise<void> | undefined;

  private constructor(
    server: SandboxServer,
    state: SandboxState,
    /** Scheme, host and port, e.g. `http://127.0.0.1:4000`. */
    readonly origin: string,
    /** The partner's id that the token endpoint accepts. */
    readonly clientId: string,
  ) {
    this.#server = server;
    this.#state = state;
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
    const logger = await sandboxLogger(options.logger);
    const stats = new Stats();
    const issuer = new TokenIssuer(settings, stats);
    const state: SandboxState = {
      settings,
      stats,
      issuer,
      client: new Client(settings),
      faults: new FaultQueue(),
      checkout: new CheckoutService(settings, issuer),
    };
    const routes = sandboxRoutes(state);
    const server = await SandboxServer.listen(settings, (request) => {
      try {
        return answer(routes, request, notFoundPage);
      } catch (error) {
        logger?.error(error);
        return internalError();
      }
    });
    const origin = originOf(settings.host, server.port);
    logger?.log(`The sandbox listens on ${origin}`);
    return new PhoenixSandbox(server, state, origin, settings.clientId);
  }

  /** Where tokens come from: `POST /oauth/token`. */
  get tokenUrl(): string {
    return `${this.origin}/oauth/token`;
  }

  /**
   * The checkout page to embed, for a frame of 350 × 600 px. Its query needs `address`, `amount` and
   * `access_token`; `theme`, `shareOn` and `onlyPrivateMatching` are optional.
   */
  get iframeUrl(): string {
    return `${this.origin}/`;
  }

  /** The partner's secret that the token endpoint accepts at present. */
  get clientSecret(): string {
    return this.#state.client.secret;
  }

  /** Every token issued since the start, oldest first; for tests that look for leaks. Never sent over HTTP. */
  get issuedTokens(): readonly string[] {
    return this.#state.issuer.issuedTokens;
  }

  /**
   * Issues a token without a request.
   * @param lifetimeSeconds default: `tokenLifetimeSeconds`; negative for a token that has expired
   */
  issueToken(lifetimeSeconds?: number): Promise<string> {
    return Promise.resolve(this.#state.issuer.issue({ lifetimeSeconds }));
  }

  /** From now on only `newSecret` is accepted. Tokens issued before stay valid. */
  rotateSecret(newSecret: string): void {
    this.#state.client.rotateSecret(newSecret);
  }

  /**
   * Adds a fault behind those already set. The token endpoint consumes them in order; one without
   * `times` stays until {@link clearFaults}.
   *
   * @throws Error naming each field that is not valid
   */
  setFault(fault: SandboxFault): void {
    this.#state.faults.add(fault);
  }

  /** Forgets all faults; a request that a fault holds already stays held. */
  clearFaults(): void {
    this.#state.faults.clear();
  }

  /**
   * Ends a payment, as the payer, the seller or time would; the checkout page shows and posts the outcome.
   *
   * @param outcome `fulfilled`, `failed`, `cancelled`, or `expired` without the 25 minutes' wait
   * @param order `latest` (the default): the newest order that is open; `next`: the next one, as soon as
   * it was created; or the id of an order
   * @throws Error when that order is not open
   */
  playPayment(outcome: PaymentOutcome, order = 'latest'): void {
    const { checkout } = this.#state;
    if (order === 'next') checkout.playNext(outcome);
    else checkout.play(outcome, order === 'latest' ? undefined : order);
  }

  /** The orders that checkout pages created since the start, oldest first. */
  get orders(): readonly SandboxOrder[] {
    return this.#state.checkout.orders();
  }

  /** The payment links since the start, oldest first. They hold access tokens. Never sent over HTTP. */
  get paymentLinks(): readonly SandboxPaymentLink[] {
    return this.#state.checkout.paymentLinks();
  }

  /** A snapshot of what arrived since the start or the last {@link resetStats}. */
  stats(): SandboxStats {
    return this.#state.stats.snapshot();
  }

  /** Sets all counts to zero. {@link issuedTokens} is kept. */
  resetStats(): void {
    this.#state.stats.reset();
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
    return this.#state.stats.tokenRequestArrived(count);
  }

  /**
   * Lets the process end although the sandbox listens.
   *
   * @internal
   */
  unref(): void {
    this.#server.unref();
  }

  /** Stops at once: every connection is cut, also those a fault holds. Safe to call twice. */
  async close(): Promise<void> {
    this.#state.stats.close();
    this.#closing ??= this.#server.close();
    return this.#closing;
  }

  /** {@link close}, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** The origin clients on this machine can use. */
function originOf(host: string, port: number): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}
