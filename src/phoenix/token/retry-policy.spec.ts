import fc from 'fast-check';
import { PhoenixError, type PhoenixErrorCode } from '../phoenix-error.js';
import { cooldownMs, isRetryable, requestedPauseMs, retryPauseMs } from './retry-policy.js';

function error(code: PhoenixErrorCode, retryAfterMs?: number): PhoenixError {
  return new PhoenixError(code, code, retryAfterMs === undefined ? {} : { retryAfterMs });
}

const least = () => 0;
const most = () => 1 - Number.EPSILON;
const randoms = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }).map((r) => () => r);

describe('isRetryable', () => {
  it.each<PhoenixErrorCode>(['network_error', 'timeout', 'rate_limited', 'server_error'])(
    'asks again at once after %s',
    (code) => {
      expect(isRetryable(error(code))).toBe(true);
    },
  );

  it.each<PhoenixErrorCode>([
    'invalid_request',
    'invalid_client',
    'invalid_grant',
    'unauthorized_client',
    'unsupported_grant_type',
    'invalid_scope',
    'redirect_refused',
    'request_rejected',
    'invalid_response',
    'secret_unavailable',
    'token_rejected',
    'shut_down',
  ])('does not ask again at once after %s', (code) => {
    expect(isRetryable(error(code))).toBe(false);
  });
});

describe('requestedPauseMs', () => {
  it.each([
    [undefined, 0],
    [0, 0],
    [1_000, 1_000],
    [300_000, 300_000],
    [300_001, 300_000],
    [Infinity, 300_000],
  ])('obeys a Retry-After of %s ms for %s ms', (retryAfterMs, pauseMs) => {
    expect(requestedPauseMs(error('rate_limited', retryAfterMs))).toBe(pauseMs);
  });
});

describe('retryPauseMs', () => {
  it.each([
    [1, 250],
    [2, 500],
    [3, 1_000],
    [4, 2_000],
  ])('after failed attempt %s pauses somewhere below %s ms', (attempt, belowMs) => {
    expect(retryPauseMs(error('timeout'), attempt, least)).toBe(0);
    expect(retryPauseMs(error('timeout'), attempt, most)).toBeCloseTo(belowMs);
    expect(retryPauseMs(error('timeout'), attempt, () => 0.5)).toBe(belowMs / 2);
  });

  it('pauses at least as long as the vendor asks', () => {
    expect(retryPauseMs(error('rate_limited', 2_000), 1, most)).toBe(2_000);
    expect(retryPauseMs(error('rate_limited', 100), 1, most)).toBeCloseTo(250);
  });

  it('never pauses longer than 30 s of its own accord', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000 }), randoms, (attempt, random) => {
        expect(retryPauseMs(error('server_error'), attempt, random)).toBeLessThanOrEqual(30_000);
      }),
    );
  });
});

describe('cooldownMs', () => {
  it.each([
    [1, 500, 1_000],
    [2, 1_000, 2_000],
    [3, 2_000, 4_000],
    [4, 4_000, 8_000],
    [5, 8_000, 16_000],
    [6, 15_000, 30_000],
    [7, 15_000, 30_000],
    [5_000, 15_000, 30_000],
  ])('after failure %s in a row lasts %s to %s ms', (failures, leastMs, mostMs) => {
    expect(cooldownMs(error('network_error'), failures, least)).toBe(leastMs);
    expect(cooldownMs(error('network_error'), failures, most)).toBeCloseTo(mostMs);
  });

  describe.each<PhoenixErrorCode>([
    'invalid_client',
    'unauthorized_client',
    'invalid_scope',
    'unsupported_grant_type',
  ])('of %s', (code) => {
    it.each([
      [1, 5_000, 10_000],
      [2, 10_000, 20_000],
      [5, 80_000, 160_000],
      [6, 150_000, 300_000],
      [5_000, 150_000, 300_000],
    ])('after refusal %s in a row lasts %s to %s ms', (failures, leastMs, mostMs) => {
      expect(cooldownMs(error(code), failures, least)).toBe(leastMs);
      expect(cooldownMs(error(code), failures, most)).toBeCloseTo(mostMs);
    });
  });

  it.each<PhoenixErrorCode>([
    'network_error',
    'timeout',
    'rate_limited',
    'server_error',
    'invalid_response',
    'request_rejected',
    'redirect_refused',
    'invalid_request',
    'invalid_grant',
    'secret_unavailable',
    'token_rejected',
  ])('of %s never exceeds 30 s without a Retry-After', (code) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), randoms, (failures, random) => {
        const pauseMs = cooldownMs(error(code), failures, random);
        expect(pauseMs).toBeGreaterThanOrEqual(500);
        expect(pauseMs).toBeLessThanOrEqual(30_000);
      }),
    );
  });

  it('lasts at least as long as the vendor asks, and never beyond five minutes', () => {
    expect(cooldownMs(error('rate_limited', 120_000), 1, least)).toBe(120_000);
    expect(cooldownMs(error('server_error', 86_400_000), 1, most)).toBe(300_000);
    expect(cooldownMs(error('rate_limited', 100), 6, least)).toBe(15_000);
  });
});
