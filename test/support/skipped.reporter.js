/** How the title of a test begins that stands for a suite which cannot run; the remedy follows. */
export const SKIPPED = 'skipped: ';

/** A Jest reporter that closes with what was skipped, why, and how to run it. */
export default class SkippedReporter {
  onRunComplete(_contexts, { testResults }) {
    const text = summaryOf(testResults);
    if (text !== '') process.stderr.write(text);
  }
}

/** @returns one paragraph for each remedy, with the suites that wait for it; empty if there are none */
export function summaryOf(results) {
  const suites = new Map();
  for (const { title, status, ancestorTitles } of results.flatMap((result) => result.testResults)) {
    if (status !== 'pending' || !title.startsWith(SKIPPED)) continue;
    const remedy = title.slice(SKIPPED.length);
    suites.set(remedy, [...(suites.get(remedy) ?? []), ancestorTitles.join(' ')]);
  }
  return [...suites]
    .map(
      ([remedy, names]) => `\nSkipped: ${remedy}\n${names.map((name) => `  - ${name}\n`).join('')}`,
    )
    .join('');
}
