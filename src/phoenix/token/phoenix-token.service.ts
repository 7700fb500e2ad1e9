import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { EMPTY, merge, Subject, type Observable } from 'rxjs';
import { PhoenixError } from '../phoenix-error.js';
import type { AccessToken } from './access-token.js';
import type { PhoenixTokenEvent, TokenHandedOutEvent } from './token-events.js';
import type { TokenKeeper } from './token-keeper.js';
import type { TokenLife } from './token-life.js';
import type { TokenSharing } from './token-sharing.js';
import type { PhoenixTokenStatus } from './token-status.js';

/** @publicApi */
export interface GetTokenOptions {
  /** Ends this call's wait; the refresh it waited for goes on for everybody else. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Life the token should have left, in seconds; overrides the option of the same name.
   * Capped at half of the token's life. When no such token can be had, one that is still usable is returned.
   */
  readonly minRemainingSeconds?: number | undefined;
}

/**
 * The partner's Phoenix access token, shared by everybody.
 *
 * @example
 * ```ts
 * constructor(private readonly phoenix: PhoenixTokenService) {}
 * // …
 * const accessToken = await this.phoenix.getAccessToken();
 * ```
 *
 * @publicApi
 */
@Injectable()
export class PhoenixTokenService implements OnApplicationShutdown {
  /** Everything that happens to the token; completes at shutdown. */
  readonly events$: Observable<PhoenixTokenEvent>;

  readonly #life: TokenLife;
  readonly #keeper: TokenKeeper;
  readonly #sharing: TokenSharing | undefined;
  readonly #handOuts = new Subject<TokenHandedOutEvent>();

  /** @internal */
  constructor(life: TokenLife) {
    const { keeper, sharing } = life;
    this.#life = life;
    this.#keeper = keeper;
    this.#sharing = sharing;
    this.events$ = merge(keeper.events$, sharing?.events$ ?? EMPTY, this.#handOuts);
  }

  /**
   * What keeps the token of this service alive; undefined for what a test puts in its place.
   *
   * @internal
   */
  static lifeOf(service: object): TokenLife | undefined {
    return #life in service ? service.#life : undefined;
  }

  /**
   * The access token as a string, usable now.
   *
   * @throws {PhoenixError} when no usable token can be had within `acquireTimeoutMs`;
   * the reason of `options.signal` when it aborts
   */
  async getAccessToken(options?: GetTokenOptions): Promise<string> {
    const token =
      (options === undefined ? this.#keeper.peek() : this.peek(options)) ??
      (await this.obtain(options));
    if (this.#handOuts.observed) this.announce(token);
    return token.value;
  }

  /**
   * The access token with its life and scope.
   *
   * @throws {PhoenixError} like {@link getAccessToken}
   */
  async getToken(options: GetTokenOptions = {}): Promise<AccessToken> {
    const token = this.peek(options) ?? (await this.obtain(options));
    if (this.#handOuts.observed) this.announce(token);
    return token;
  }

  /**
   * Obtains a new token even though the current one is good, for instance after the client
   * secret was rotated. Joins a refresh that is under way. Ends our own back-off; a pause
   * that the vendor asked for (`Retry-After`) is kept.
   *
   * @throws {PhoenixError} when it fails; the current token stays
   */
  refresh(): Promise<AccessToken> {
    return this.#keeper.forceRenewal();
  }

  /**
   * Reports that Phoenix no longer accepts this token. If it is the current one it is dropped
   * and a new one is fetched; a report about an older token changes nothing.
   *
   * @returns whether it was the current token
   * @throws {PhoenixError} `invalid_argument`, for what is not text
   */
  invalidate(token: string): boolean {
    if (typeof (token as unknown) !== 'string') {
      throw new PhoenixError(
        'invalid_argument',
        'invalidate() needs the access token that was rejected, as text. Pass what getAccessToken() returned.',
      );
    }
    return this.#keeper.invalidate(token);
  }

  /** What state the token is in. Causes no request. */
  status(): PhoenixTokenStatus {
    const status = this.#keeper.status();
    return this.#sharing === undefined ? status : { ...status, sharing: this.#sharing.status() };
  }

  async onApplicationShutdown(): Promise<void> {
    this.#keeper.close();
    this.#handOuts.complete();
    await this.#sharing?.close();
  }

  private peek({ signal, minRemainingSeconds }: GetTokenOptions): AccessToken | undefined {
    signal?.throwIfAborted();
    if (minRemainingSeconds === undefined) return this.#keeper.peek();
    if (!Number.isFinite(minRemainingSeconds) || minRemainingSeconds < 0) {
      throw new PhoenixError(
        'invalid_argument',
        'minRemainingSeconds must be a finite number of seconds, 0 or more. Leave it out to use the default.',
      );
    }
    return this.#keeper.peek(minRemainingSeconds * 1000);
  }

  private obtain({ signal, minRemainingSeconds }: GetTokenOptions = {}): Promise<AccessToken> {
    return minRemainingSeconds === undefined
      ? this.#keeper.obtain(signal)
      : this.#keeper.obtain(signal, minRemainingSeconds * 1000);
  }

  private announce(token: AccessToken): void {
    this.#handOuts.next({
      type: 'handed_out',
      fingerprint: token.fingerprint,
      expiresInSeconds: token.expiresIn(),
    });
  }
}
