import { amountProblem, NOT_AN_AMOUNT } from './usd-amount.js';

describe('An amount in USD', () => {
  it.each(['100', '10', '1.46', '0.5', '0.01', '10.00', '1.5', '999999999999.99'])(
    'may be %s',
    (text) => {
      expect(amountProblem(text)).toBeUndefined();
    },
  );

  it.each([
    ['empty', ''],
    ['a word', 'ten'],
    ['with a sign', '+10'],
    ['negative', '-10'],
    ['with an exponent', '1e3'],
    ['grouped', '1,000'],
    ['grouped by underscores', '1_000'],
    ['with a comma', '1,5'],
    ['with a leading zero', '05'],
    ['with two leading zeros', '00.5'],
    ['without digits before the point', '.5'],
    ['with a trailing point', '10.'],
    ['with three decimals', '1.460'],
    ['with two points', '1.4.6'],
    ['in hexadecimal digits', '0x10'],
    ['in Arabic digits', '١٠'],
    ['in full-width digits', '１０'],
    ['with a space before it', ' 10'],
    ['with a space after it', '10 '],
    ['with a line break after it', '10\n'],
    ['with a currency', '10$'],
    ['infinite', 'Infinity'],
    ['of thirteen digits', '1000000000000'],
    ['of many digits', '9'.repeat(500)],
  ])('is none when it is %s', (_, text) => {
    expect(amountProblem(text)).toBe(NOT_AN_AMOUNT);
  });

  it.each(['0', '0.0', '0.00'])('is above 0, not %s', (text) => {
    expect(amountProblem(text)).toBe('is not above 0');
  });

  it.each([
    ['1.10', '1.1', '1.1', undefined],
    ['1.09', '1.1', undefined, 'is below the smallest amount, 1.1 USD'],
    ['1.11', undefined, '1.1', 'is above the largest amount, 1.1 USD'],
    ['0.3', '0.30', '0.30', undefined],
    ['9', '10', undefined, 'is below the smallest amount, 10 USD'],
    ['100', undefined, '20', 'is above the largest amount, 20 USD'],
    [
      '999999999999.98',
      '999999999999.99',
      undefined,
      'is below the smallest amount, 999999999999.99 USD',
    ],
    ['5', '5', '5.00', undefined],
  ])('of %s between %s and %s is compared exactly', (text, minAmountUsd, maxAmountUsd, problem) => {
    expect(amountProblem(text, { minAmountUsd, maxAmountUsd })).toBe(problem);
  });
});
