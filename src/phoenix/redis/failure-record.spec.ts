import { readFailure } from './failure-record.js';

const NOW_MS = 1_000;

/** The fields as Redis returns them: code, status, failures, until, vendorUntil. */
const failureUntil = (untilMs: number) =>
  readFailure(['server_error', '503', '1', String(untilMs), '0'], NOW_MS);

describe('a failure in Redis', () => {
  it('stands until its pause is over', () => {
    expect(failureUntil(NOW_MS + 5_000)).toMatchObject({ code: 'server_error', pauseMs: 5_000 });
    expect(failureUntil(NOW_MS - 1)?.pauseMs ?? 0).toBe(0);
  });

  it('is believed for as long as we would pause ourselves, and no longer', () => {
    expect(failureUntil(NOW_MS + 301_000)).toMatchObject({ pauseMs: 301_000 });
    expect(failureUntil(NOW_MS + 301_001)).toBeUndefined();
  });
});
