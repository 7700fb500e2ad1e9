import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';
import { describeWith } from './describe-with.js';

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

export function describeWithChromium(name: string, suite: (browser: () => Browser) => void): void {
  const present = existsSync(executablePath);
  const remedy = `Chromium is not at ${executablePath}. Install it, or set CHROMIUM_PATH to its executable.`;
  describeWith(name, present ? undefined : remedy, () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await chromium.launch({ executablePath, args: ARGUMENTS });
    });
    afterAll(() => browser.close());
    suite(() => browser);
  });
}
