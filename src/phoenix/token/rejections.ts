import type { AccessToken } from './access-token.js';

/** A token that is rejected younger than this was hardly worth fetching. */
const YOUNG_TOKEN_MS = 60_000;

/** How many tokens in a row Phoenix rejected while they were young. */
export class Rejections {
  #youngInARow = 0;

  /**
   * The first rejection of a young token may be bad luck; from the second in a row on,
   * fetching the next one has to wait.
   *
   * @returns for how many in a row it has to wait, from 1; 0 when it has not
   */
  count(token: AccessToken): number {
    this.#youngInARow = token.ageMs() < YOUNG_TOKEN_MS ? this.#youngInARow + 1 : 0;
    return Math.max(0, this.#youngInARow - 1);
  }

  /** A token was replaced without having been rejected. */
  endRow(): void {
    this.#youngInARow = 0;
  }
}
