import type { AccessToken } from './access-token.js';

/** What a renewal is to replace. */
export interface TokenDemand {
  /** The token at hand. */
  readonly held: AccessToken | undefined;
  /** Only a token requested after this demand will do. */
  readonly forced: boolean;
  /** Longest duration, all attempts and pauses included. Default: `acquireTimeoutMs`. */
  readonly budgetMs?: number;
}

export interface RenewedToken {
  readonly token: AccessToken;
  /** Requests it took; 0 when another replica made them. */
  readonly attempts: number;
}

/** Where the keeper gets its tokens. */
export interface TokenSource {
  /** @throws {PhoenixError}, or the reason of `signal` */
  run(signal: AbortSignal, demand: TokenDemand): Promise<RenewedToken>;
}
