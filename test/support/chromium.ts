import { existsSync } from 'node:fs';
import { jest } from '@jest/globals';
import { chromium, type Browser } from 'playwright-core';

const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';

const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * A suite that needs a real Chromium. Without one it is reported as skipped, with a line that says
 * how to enable it; with `CI=true` it fails, so that it cannot be lost unseen.
 */
export function describeWithChromium(name: string, suite: (browser: () => Browser) => void): void {
  if (!existsSync(executablePath)) {
    describeWithout(name);
    return;
  }
  // A browser on a busy machine takes its time.
  jest.setTimeout(30_000);
  describe(name, () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await chromium.launch({ executablePath, args: ARGUMENTS });
    });
    afterAll(() => browser.close());
    suite(() => browser);
  });
}

function describeWithout(name: string): void {
  const remedy = `Chromium is not at ${executablePath}. Install it, or set CHROMIUM_PATH to its executable.`;
  describe(name, () => {
    if (process.env.CI === 'true') {
      it('needs Chromium', () => {
        throw new Error(remedy);
      });
      return;
    }
    process.stderr.write(`Skipped: ${name}. ${remedy}\n`);
    const skipped = it.skip;
    skipped('needs Chromium', () => undefined);
  });
}
