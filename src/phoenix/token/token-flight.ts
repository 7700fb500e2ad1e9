import type { AccessToken } from './access-token.js';

/**
 * One renewal under way, awaited by everyone who needs its token.
 * A superseded flight is aborted and hands its waiters over to its successor.
 */
export class TokenFlight {
  readonly result: Promise<AccessToken>;
  readonly #abort = new AbortController();
  #successor: Promise<AccessToken> | undefined;

  constructor(fly: (flight: TokenFlight) => Promise<AccessToken>) {
    this.result = this.#run(fly);
    // Whoever waits sees the error; a background renewal has nobody waiting.
    this.result.catch(() => undefined);
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get superseded(): boolean {
    return this.#successor !== undefined;
  }

  supersedeBy(successor: Promise<AccessToken>): void {
    this.#successor = successor;
    this.#abort.abort();
  }

  abort(reason: Error): void {
    this.#abort.abort(reason);
  }

  async #run(fly: (flight: TokenFlight) => Promise<AccessToken>): Promise<AccessToken> {
    await Promise.resolve();
    const [outcome] = await Promise.allSettled([fly(this)]);
    if (this.#successor !== undefined) return this.#successor;
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  }
}
