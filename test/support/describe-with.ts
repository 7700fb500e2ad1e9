/**
 * A suite that needs a program. Without it the suite is reported as skipped, with a line that
 * says how to enable it; with `CI=true` it fails, so that it cannot be lost unseen.
 *
 * @param remedy what is missing, and how to provide it; undefined when it is there
 */
export function describeWith(name: string, remedy: string | undefined, suite: () => void): void {
  if (remedy === undefined) {
    describe(name, suite);
    return;
  }
  describe(name, () => {
    const missing = 'needs a program that is missing';
    if (process.env.CI === 'true') {
      it(missing, () => {
        throw new Error(remedy);
      });
      return;
    }
    process.stderr.write(`Skipped: ${name}. ${remedy}\n`);
    const skipped = it.skip;
    skipped(missing, () => undefined);
  });
}
