import { Logger } from '@nestjs/common';
import { ThirtyDays, type Report } from './thirty-days.js';

beforeAll(() => {
  Logger.overrideLogger(false);
});

describe.each([1, 2, 3, 4])('thirty days with seed %s', (seed) => {
  let report: Report;

  beforeAll(async () => {
    report = await new ThirtyDays(seed).run();
  });

  it('break no promise at any hand-out', () => {
    expect(report.violations).toEqual([]);
  });

  it('see trouble enough to mean something', () => {
    expect(report.troubles).toBeGreaterThan(50);
    expect(report.handOuts).toBeGreaterThan(10_000);
    expect(report.refusals).toBeGreaterThan(100);
  });

  it('recover from every trouble within the documented time', () => {
    expect(report.recoveries).toBe(report.troubles);
  });

  it('ask the vendor no more often than the rules allow', () => {
    expect(report.requests).toBeLessThanOrEqual(report.requestBound);
    expect(report.requests).toBeGreaterThan(report.requestBound / 4);
  });

  it('end without a timer or a request', () => {
    expect(report.pendingTimers).toBe(0);
    expect(report.requestsAfterShutdown).toBe(0);
  });
});
