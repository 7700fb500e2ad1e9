import type { AccessToken } from './access-token.js';

/** A token that is rejected younger than this was hardly worth fetching. */
const YOUNG_TOKEN_MS = 60_000;

/** Remembers which token Phoenix rejected last, and how many young ones in a row. */
export class Rejections {
  #lastFingerprint: string | undefined;
  #youngInARow = 0;

  /** Names the token that was rejected last. */
  get lastFingerprint(): string | undefined {
    return this.#lastFingerprint;
  }

  /**
   * The first rejection of a young token may be bad luck; from the second in a row on,
   * fetching the next one has to wait.
   *
   * @returns for how many in a row it has to wait, from 1; 0 when it has not
   */
  count(token: AccessToken): number {
    this.#lastFingerprint = token.fingerprint;
    this.#youngInARow = token.ageMs() < YOUNG_TOKEN_MS ? this.#youngInARow + 1 : 0;
    return Math.max(0, this.#youngInARow - 1);
  }

  /** A token was replaced without having been rejected. */
  endRow(): void {
    this.#youngInARow = 0;
  }
}
