import { SKIPPED, summaryOf } from './skipped.reporter.js';

const resultOf = (suite: string, title: string, status = 'pending') => ({
  testResults: [{ ancestorTitles: [suite], title, status }],
});

describe('the closing summary of what was skipped', () => {
  it('names each remedy once, with the suites that wait for it', () => {
    expect(
      summaryOf([
        resultOf('outages', `${SKIPPED}Install Redis.`),
        resultOf('the demo', `${SKIPPED}Install Chromium.`),
        resultOf('fencing', `${SKIPPED}Install Redis.`),
      ]),
    ).toBe(
      '\nSkipped: Install Redis.\n  - outages\n  - fencing\n' +
        '\nSkipped: Install Chromium.\n  - the demo\n',
    );
  });

  it('is empty when nothing is missing', () => {
    const filteredOut = resultOf('health', 'is live');
    expect(summaryOf([filteredOut, resultOf('outages', 'end', 'passed')])).toBe('');
  });
});
