import fc from 'fast-check';
import { LARGEST_UNIQUENESS_CENTS, quote } from './quote.js';
import { formatUsd, readUsd } from './usd.js';

const MOST_CENTS = 99_999_999_999_999n;

describe('USD as text', () => {
  it.each([
    ['25', 2500n],
    ['1.4', 140n],
    ['1.46', 146n],
    ['0.01', 1n],
    ['999999999999.99', MOST_CENTS],
  ])('%s is exact', (text, cents) => {
    expect(readUsd(text)).toBe(cents);
  });

  it.each([
    '',
    '0',
    '0.00',
    '-1',
    '+1',
    '1e3',
    '1,5',
    '1,000',
    '01',
    '1.',
    '.5',
    '1.234',
    ' 1',
    '1\n',
    '٣',
    '0x10',
    '1000000000000',
  ])('is none for %j', (text) => {
    expect(readUsd(text)).toBeUndefined();
  });

  it('has two decimals, and is read as what it was', () => {
    fc.assert(
      fc.property(fc.bigInt(1n, MOST_CENTS), (cents) => {
        expect(formatUsd(cents)).toMatch(/^\d+\.\d\d$/);
        expect(readUsd(formatUsd(cents))).toBe(cents);
      }),
    );
  });
});

describe('A quote', () => {
  it('of the vendor’s sample: 100 USD bring 99.50 USDC', () => {
    const { send, receive, fee } = quote(10_000n, 0n, 50);

    expect([send, receive, fee].map(formatUsd)).toEqual(['100.00', '99.50', '0.50']);
  });

  it('adds up to the cent, whatever the amount, and something is always received', () => {
    fc.assert(
      fc.property(
        fc.bigInt(1n, MOST_CENTS),
        fc.bigInt(0n, BigInt(LARGEST_UNIQUENESS_CENTS)),
        fc.integer({ min: 0, max: 9_999 }),
        (amount, uniqueness, feeBasisPoints) => {
          const { send, receive, fee } = quote(amount, uniqueness, feeBasisPoints);

          expect(send).toBe(amount + uniqueness);
          expect(receive + fee).toBe(send);
          expect(receive).toBeGreaterThan(0n);
          expect(fee * 10_000n).toBeLessThanOrEqual(amount * BigInt(feeBasisPoints));
        },
      ),
    );
  });
});
