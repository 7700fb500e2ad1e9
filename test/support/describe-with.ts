import { SKIPPED } from './skipped.reporter.js';

/**
 * A suite that needs a program. Without it the suite is skipped, and the closing summary of
 * `npm test` says how to enable it; with `CI=true` it fails, so that it cannot be lost unseen.
 *
 * @param remedy what is missing, and how to provide it; undefined when it is there
 */
export function describeWith(name: string, remedy: string | undefined, suite: () => void): void {
  if (remedy === undefined) {
    describe(name, suite);
    return;
  }
  describe(name, () => {
    if (process.env.CI === 'true') {
      it('needs a program that is missing', () => {
        throw new Error(remedy);
      });
      return;
    }
    const skipped = it.skip;
    skipped(`${SKIPPED}${remedy}`, () => undefined);
  });
}
