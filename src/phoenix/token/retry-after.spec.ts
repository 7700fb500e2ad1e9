import { parseRetryAfter } from './retry-after.js';

const NOW = Date.parse('2026-01-01T00:00:00Z');

describe('parseRetryAfter', () => {
  it.each([
    ['0', 0],
    ['1', 1_000],
    ['120', 120_000],
    [' 120 ', 120_000],
    ['007', 7_000],
  ])('reads %j as seconds', (header, pauseMs) => {
    expect(parseRetryAfter(header, NOW)).toBe(pauseMs);
  });

  it.each([
    ['an IMF date', 'Thu, 01 Jan 2026 00:01:30 GMT', 90_000],
    ['an RFC 850 date', 'Thursday, 01-Jan-26 00:01:30 GMT', 90_000],
    ['an asctime date', 'Thu Jan  1 00:01:30 2026', 90_000],
    ['a date that is now', 'Thu, 01 Jan 2026 00:00:00 GMT', 0],
    ['a date in the past', 'Wed, 31 Dec 2025 23:00:00 GMT', 0],
  ])('reads %s', (_, header, pauseMs) => {
    expect(parseRetryAfter(header, NOW)).toBe(pauseMs);
  });

  it.each([
    [undefined],
    [null],
    [120],
    [['120', '240']],
    [''],
    ['-1'],
    ['+1'],
    ['1.5'],
    ['1e3'],
    ['0x10'],
    ['120s'],
    ['120, 240'],
    ['soon'],
    ['Soon, please'],
    ['Abc, 99999'],
    ['Thu, 32 Jan 2026 00:00:00 GMT'],
    ['Thu, 01 Jan 2026 00:01:30'],
    ['2026-01-01T00:01:30Z'],
    ['Thu Jan 32 00:01:30 2026'],
    ['Thu Jan  1 00:01:30 2026 +0100'],
    ['Infinity'],
    ['NaN'],
  ])('takes no notice of %j', (header) => {
    expect(parseRetryAfter(header, NOW)).toBeUndefined();
  });
});
