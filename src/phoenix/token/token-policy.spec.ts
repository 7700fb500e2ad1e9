import fc from 'fast-check';
import { handOut, marginsFor, tokenState, type TokenPolicy } from './token-policy.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const DEFAULTS: TokenPolicy = {
  refreshAheadMs: 10 * MINUTE,
  expirySkewMs: 30 * SECOND,
  minRemainingMs: 60 * SECOND,
};

const policies = fc.record({
  refreshAheadMs: fc.integer({ min: 1, max: 24 * HOUR }),
  expirySkewMs: fc.integer({ min: 0, max: HOUR }),
  minRemainingMs: fc.integer({ min: 0, max: 24 * HOUR }),
});
const lifetimes = fc.integer({ min: 1, max: 366 * 24 * HOUR });
const jitters = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const remainders = fc.integer({ min: -HOUR, max: 366 * 24 * HOUR });

describe('marginsFor', () => {
  it.each`
    lifetimeMs     | refreshAheadMs | expirySkewMs   | longestMinRemainingMs
    ${HOUR}        | ${10 * MINUTE} | ${30 * SECOND} | ${30 * MINUTE}
    ${20 * MINUTE} | ${10 * MINUTE} | ${30 * SECOND} | ${10 * MINUTE}
    ${10 * MINUTE} | ${5 * MINUTE}  | ${30 * SECOND} | ${5 * MINUTE}
    ${5 * MINUTE}  | ${150_000}     | ${30 * SECOND} | ${150_000}
    ${MINUTE}      | ${30 * SECOND} | ${6 * SECOND}  | ${30 * SECOND}
    ${10 * SECOND} | ${5 * SECOND}  | ${SECOND}      | ${5 * SECOND}
    ${SECOND}      | ${500}         | ${100}         | ${500}
    ${24 * HOUR}   | ${10 * MINUTE} | ${30 * SECOND} | ${12 * HOUR}
  `(
    'renews a token of $lifetimeMs ms at $refreshAheadMs ms before expiry',
    ({ lifetimeMs, ...margins }: { lifetimeMs: number }) => {
      expect(marginsFor(lifetimeMs, DEFAULTS, 0)).toEqual(margins);
    },
  );

  it('renews earlier by up to a tenth of the time ahead, so that instances spread out', () => {
    expect(marginsFor(HOUR, DEFAULTS, 0.5).refreshAheadMs).toBe(10.5 * MINUTE);
  });

  it('keeps every token fresh for at least 45 % of its life', () => {
    fc.assert(
      fc.property(lifetimes, policies, jitters, (lifetimeMs, policy, jitter) => {
        const { refreshAheadMs } = marginsFor(lifetimeMs, policy, jitter);
        expect(lifetimeMs - refreshAheadMs).toBeGreaterThanOrEqual(0.45 * lifetimeMs - 1e-3);
      }),
    );
  });

  it('never renews later than the policy says, and hardly earlier', () => {
    fc.assert(
      fc.property(lifetimes, policies, jitters, (lifetimeMs, policy, jitter) => {
        const plainMs = Math.min(policy.refreshAheadMs, lifetimeMs / 2);
        const { refreshAheadMs } = marginsFor(lifetimeMs, policy, jitter);
        expect(refreshAheadMs).toBeGreaterThanOrEqual(plainMs);
        expect(refreshAheadMs).toBeLessThanOrEqual(plainMs * 1.1);
      }),
    );
  });

  it('never loses more than a tenth of a life to the skew', () => {
    fc.assert(
      fc.property(lifetimes, policies, jitters, (lifetimeMs, policy, jitter) => {
        const { expirySkewMs } = marginsFor(lifetimeMs, policy, jitter);
        expect(expirySkewMs).toBeLessThanOrEqual(lifetimeMs / 10);
        expect(expirySkewMs).toBeLessThanOrEqual(policy.expirySkewMs);
      }),
    );
  });
});

describe('tokenState', () => {
  const margins = marginsFor(HOUR, DEFAULTS, 0);

  it.each`
    remainingMs        | state
    ${HOUR}            | ${'FRESH'}
    ${10 * MINUTE + 1} | ${'FRESH'}
    ${10 * MINUTE}     | ${'STALE'}
    ${30 * SECOND + 1} | ${'STALE'}
    ${30 * SECOND}     | ${'EXPIRED'}
    ${0}               | ${'EXPIRED'}
    ${-HOUR}           | ${'EXPIRED'}
  `('calls a token with $remainingMs ms left $state', ({ remainingMs, state }) => {
    expect(tokenState(remainingMs as number, margins)).toBe(state);
  });

  it('calls every token fresh at the start of its life', () => {
    fc.assert(
      fc.property(lifetimes, policies, jitters, (lifetimeMs, policy, jitter) => {
        expect(tokenState(lifetimeMs, marginsFor(lifetimeMs, policy, jitter))).toBe('FRESH');
      }),
    );
  });

  it('only ever ages: FRESH, STALE, EXPIRED in this order', () => {
    const order = ['FRESH', 'STALE', 'EXPIRED'];
    fc.assert(
      fc.property(
        lifetimes,
        policies,
        jitters,
        remainders,
        fc.nat(),
        (lifetimeMs, policy, jitter, remainingMs, laterMs) => {
          const someMargins = marginsFor(lifetimeMs, policy, jitter);
          const before = order.indexOf(tokenState(remainingMs, someMargins));
          const after = order.indexOf(tokenState(remainingMs - laterMs, someMargins));
          expect(after).toBeGreaterThanOrEqual(before);
        },
      ),
    );
  });

  it('never calls a token usable at or past its expiry', () => {
    fc.assert(
      fc.property(lifetimes, policies, jitters, fc.nat(), (lifetimeMs, policy, jitter, overMs) => {
        expect(tokenState(-overMs, marginsFor(lifetimeMs, policy, jitter))).toBe('EXPIRED');
      }),
    );
  });
});

describe('handOut', () => {
  const margins = marginsFor(HOUR, DEFAULTS, 0);

  it.each`
    remainingMs        | minRemainingMs | decision
    ${HOUR}            | ${60 * SECOND} | ${'serve'}
    ${10 * MINUTE + 1} | ${60 * SECOND} | ${'serve'}
    ${10 * MINUTE}     | ${60 * SECOND} | ${'serve_and_renew'}
    ${60 * SECOND}     | ${60 * SECOND} | ${'serve_and_renew'}
    ${60 * SECOND - 1} | ${60 * SECOND} | ${'await_renewal'}
    ${60 * SECOND - 1} | ${0}           | ${'serve_and_renew'}
    ${30 * SECOND}     | ${0}           | ${'await_renewal'}
    ${0}               | ${0}           | ${'await_renewal'}
    ${30 * MINUTE}     | ${HOUR}        | ${'serve'}
    ${30 * MINUTE - 1} | ${HOUR}        | ${'await_renewal'}
    ${30 * MINUTE}     | ${Infinity}    | ${'serve'}
  `(
    'decides $decision with $remainingMs ms left when $minRemainingMs ms are wanted',
    ({ remainingMs, minRemainingMs, decision }) => {
      expect(handOut(remainingMs as number, margins, minRemainingMs as number)).toBe(decision);
    },
  );

  it('hands out at once only what is usable and has the wanted life, or half of its own', () => {
    fc.assert(
      fc.property(
        lifetimes,
        policies,
        jitters,
        remainders,
        (lifetimeMs, policy, jitter, remainingMs) => {
          const someMargins = marginsFor(lifetimeMs, policy, jitter);
          const decision = handOut(remainingMs, someMargins, policy.minRemainingMs);
          const promisedMs = Math.min(policy.minRemainingMs, lifetimeMs / 2);
          expect(decision !== 'await_renewal').toBe(
            remainingMs > someMargins.expirySkewMs && remainingMs >= promisedMs,
          );
        },
      ),
    );
  });

  it('renews in the background exactly when it hands out a stale token', () => {
    fc.assert(
      fc.property(
        lifetimes,
        policies,
        jitters,
        remainders,
        (lifetimeMs, policy, jitter, remainingMs) => {
          const someMargins = marginsFor(lifetimeMs, policy, jitter);
          const decision = handOut(remainingMs, someMargins, 0);
          const expected = { FRESH: 'serve', STALE: 'serve_and_renew', EXPIRED: 'await_renewal' };
          expect(decision).toBe(expected[tokenState(remainingMs, someMargins)]);
        },
      ),
    );
  });
});
