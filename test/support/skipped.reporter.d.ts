interface TestResults {
  readonly testResults: readonly {
    readonly title: string;
    readonly status: string;
    readonly ancestorTitles: readonly string[];
  }[];
}

export const SKIPPED: string;
export function summaryOf(results: readonly TestResults[]): string;
export default class SkippedReporter {
  onRunComplete(contexts: unknown, aggregated: { readonly testResults: TestResults[] }): void;
}
