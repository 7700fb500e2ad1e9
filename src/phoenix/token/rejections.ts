import type { AccessToken } from './access-token.js';

/** A token that is rejected younger than this was hardly worth fetching. */
const YOUNG_TOKEN_MS = 60_000;

/** So many rejections are remembered; by then the first tokens have long expired. */
const REMEMBERED = 100;

/** Remembers which tokens Phoenix rejected, and how many young ones in a row. */
export class Rejections {
  readonly #fingerprints = new Set<string>();
  #youngInARow = 0;

  has({ fingerprint }: AccessToken): boolean {
    return this.#fingerprints.has(fingerprint);
  }

  /**
   * The first rejection of a young token may be bad luck; from the second in a row on,
   * fetching the next one has to wait.
   *
   * @returns for how many in a row it has to wait, from 1; 0 when it has not
   */
  count(token: AccessToken): number {
    this.#remember(token.fingerprint);
    this.#youngInARow = token.ageMs() < YOUNG_TOKEN_MS ? this.#youngInARow + 1 : 0;
    return Math.max(0, this.#youngInARow - 1);
  }

  /** A token was replaced without having been rejected. */
  endRow(): void {
    this.#youngInARow = 0;
  }

  #remember(fingerprint: string): void {
    this.#fingerprints.add(fingerprint);
    const [oldest] = this.#fingerprints;
    if (oldest !== undefined && this.#fingerprints.size > REMEMBERED) {
      this.#fingerprints.delete(oldest);
    }
  }
}
