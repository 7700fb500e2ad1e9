import { NEVER } from 'rxjs';
import { FakeClock } from '../../../test/support/fake-clock.js';
import { readSecret } from '../../../test/simulation/keeper.js';
import { failing, ScriptedIssuer, silence } from '../../../test/simulation/scripted-issuer.js';
import { fingerprintOf } from './access-token.js';
import { SharedRenewal } from './shared-renewal.js';
import { SharedView } from './shared-view.js';
import { storeUnavailableError } from './token-errors.js';
import { TokenRenewal } from './token-renewal.js';
import type { RenewalLease, SharedFailure, SharedRecord, SharedState } from './token-store.js';

const LIMITS = { requestTimeoutMs: 5_000, acquireTimeoutMs: 10_000, maxAttempts: 1 };
const POLICY = { refreshAheadMs: 600_000, expirySkewMs: 30_000, minRemainingMs: 60_000 };
const DEMAND = { held: undefined, forced: false };
const STANDING = { code: 'server_error', failures: 1, pauseMs: 700, vendorPauseMs: 0 } as const;
const TOKEN = { value: 'shared', scope: [], lifetimeMs: 3_600_000, remainingMs: 3_000_000 };

/** A store in the hand of the test. */
function setUp(reads: SharedState[], lease?: Partial<RenewalLease>, limits = LIMITS) {
  const clock = new FakeClock();
  const issuer = new ScriptedIssuer(clock);
  const released: string[] = [];
  const failures: SharedFailure[] = [];
  const leases: number[] = [];
  const store = { answersAfterMs: 0 };
  let leaseFromMs = 0;
  const record: SharedRecord = {
    read: () => Promise.resolve(reads.shift() ?? {}),
    acquire: async (leaseMs) => {
      leases.push(leaseMs);
      const { answersAfterMs } = store;
      if (answersAfterMs > 0) await new Promise<void>((go) => clock.schedule(go, answersAfterMs));
      return lease === undefined || clock.monotonicMs() < leaseFromMs
        ? undefined
        : {
            publish: () => Promise.resolve(true),
            publishFailure: (failure) => {
              failures.push(failure);
              return Promise.resolve();
            },
            release: () => {
              released.push('released');
              return Promise.resolve();
            },
            ...lease,
          };
    },
    reject: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
  const renewal = new TokenRenewal(issuer, readSecret, limits, clock, () => 0);
  const view = new SharedView(record, clock);
  const shared = new SharedRenewal(renewal, record, view, NEVER, POLICY, limits, clock, () => 0);
  const run = (signal = new AbortController().signal) => shared.run(signal, DEMAND);
  const leaseFrom = (delayMs: number) => (leaseFromMs = clock.monotonicMs() + delayMs);
  return { clock, issuer, released, failures, leases, store, run, view, leaseFrom };
}

describe('a renewal for all replicas', () => {
  it('lets go of the lease when a failure turns up between the look and the lease', async () => {
    const { run, released, issuer } = setUp([{}, { failure: STANDING }], {});
    await expect(run()).rejects.toMatchObject({ code: 'server_error', retryAfterMs: 700 });
    expect(released).toEqual(['released']);
    expect(issuer.requests).toHaveLength(0);
  });

  it('takes a token that turned up meanwhile, even if the store is lost right then', async () => {
    const { run, issuer } = setUp([{}, { token: TOKEN }], {
      release: () => Promise.reject(storeUnavailableError('gone')),
    });
    expect(await run()).toMatchObject({ attempts: 0, token: { value: 'shared' } });
    expect(issuer.requests).toHaveLength(0);
  });

  it('takes no token that is rejected while it lets go of the lease', async () => {
    const { run, issuer, view } = setUp([{}, { token: TOKEN }, {}, {}], {
      release: () => {
        view.rejectedElsewhere(fingerprintOf(TOKEN.value));
        return Promise.resolve();
      },
    });
    expect(await run()).toMatchObject({ attempts: 1 });
    expect(issuer.requests).toHaveLength(1);
  });

  it('keeps a token that could not be shared', async () => {
    const { run, issuer } = setUp([], {
      publish: () => Promise.reject(storeUnavailableError('gone')),
    });
    expect(await run()).toMatchObject({ attempts: 1 });
    expect(issuer.requests).toHaveLength(1);
  });

  it('gives up on another replica in time', async () => {
    const { run, clock, issuer } = setUp([]);
    const outcome = run().catch((error: unknown) => error);
    await clock.advance(10_200);
    expect(await outcome).toMatchObject({ code: 'timeout' });
    expect(issuer.requests).toHaveLength(0);
  });

  it('has time for one request, however late it got the lease', async () => {
    const { run, clock, issuer, leaseFrom } = setUp([], {});
    leaseFrom(9_000);
    issuer.always(silence());
    const outcome = run().catch((error: unknown) => error);
    await clock.advance(13_000);
    expect(issuer.requests.map(({ signal }) => signal.aborted)).toEqual([false]);
    await clock.advance(5_000);
    expect(await outcome).toMatchObject({ code: 'timeout' });
  });

  it.each([
    { requestTimeoutMs: 5_000, acquireTimeoutMs: 10_000 },
    { requestTimeoutMs: 300_000, acquireTimeoutMs: 300_000 },
  ])('asks for a lease that outlives its longest request: %j', async (limits) => {
    const { run, clock, issuer, leases, leaseFrom } = setUp([], {}, { ...LIMITS, ...limits });
    issuer.always(silence());
    let endedMs = 0;
    leaseFrom(limits.acquireTimeoutMs - 100);
    const ended = run().catch(() => (endedMs = clock.monotonicMs()));
    await clock.advance(2 * limits.acquireTimeoutMs);
    await ended;
    const grantedMs = issuer.requests[0]?.at.monotonicMs ?? NaN;
    expect(leases.at(-1)).toBe(limits.acquireTimeoutMs + 2_000);
    expect(leases.at(-1)).toBeGreaterThan(endedMs - grantedMs);
  });

  it('goes round again when too little of its lease is left for a request', async () => {
    const { run, clock, issuer, store, released } = setUp([], {});
    store.answersAfterMs = 7_001;
    const outcome = run();
    await clock.advance(7_001);
    expect(issuer.requests).toHaveLength(0);
    expect(released).toHaveLength(1);
    store.answersAfterMs = 0;
    await clock.advance(7_001);
    expect(await outcome).toMatchObject({ attempts: 1 });
  });

  it('renews without the store when that answers so slowly that no lease can be used', async () => {
    const { run, clock, issuer, store, released } = setUp([], {});
    store.answersAfterMs = 7_001;
    const outcome = run();
    await clock.advance(14_202);
    expect(await outcome).toMatchObject({ attempts: 1 });
    expect(issuer.requests).toHaveLength(1);
    expect(released).toHaveLength(2);
  });

  it('shares the pause that the vendor asks for along with refused credentials, and nothing else of it', async () => {
    const { run, issuer, failures } = setUp([], {});
    issuer.next(failing('invalid_client', { status: 401, retryAfterMs: 60_000 }));
    await expect(run()).rejects.toMatchObject({ code: 'invalid_client' });
    expect(failures).toEqual([
      { code: 'invalid_client', status: 401, failures: 1, pauseMs: 60_000, vendorPauseMs: 60_000 },
    ]);
    issuer.next(failing('invalid_client', { status: 401 }));
    await expect(run()).rejects.toMatchObject({ code: 'invalid_client' });
    expect(failures).toHaveLength(1);
  });

  it('shares what is left of a pause that the vendor asked for when it is interrupted in it', async () => {
    const { run, clock, issuer, failures } = setUp([], {}, { ...LIMITS, maxAttempts: 3 });
    issuer.next(failing('rate_limited', { status: 429, retryAfterMs: 6_000 }));
    const interrupted = new AbortController();
    const outcome = run(interrupted.signal).catch((error: unknown) => error);
    await clock.advance(1_000);
    interrupted.abort(new Error('interrupted'));
    expect(await outcome).toMatchObject({ message: 'interrupted' });
    expect(failures).toEqual([
      { code: 'rate_limited', status: 429, failures: 1, pauseMs: 5_000, vendorPauseMs: 5_000 },
    ]);
  });

  it('shares nothing when it is interrupted while the vendor has asked for no pause', async () => {
    const { run, clock, issuer, failures } = setUp([], {});
    issuer.always(silence());
    const interrupted = new AbortController();
    const outcome = run(interrupted.signal).catch((error: unknown) => error);
    await clock.advance(1_000);
    interrupted.abort(new Error('interrupted'));
    expect(await outcome).toMatchObject({ message: 'interrupted' });
    expect(failures).toEqual([]);
  });

  it('looks again when a rejection overtook it, and never in a rush', async () => {
    const published = [false, true];
    const { run, clock, issuer } = setUp([], {
      publish: () => Promise.resolve(published.shift() === true),
    });
    const outcome = run();
    await clock.advance(199);
    expect(issuer.requests).toHaveLength(1);
    await clock.advance(1);
    expect(await outcome).toMatchObject({ attempts: 1 });
    expect(issuer.requests).toHaveLength(2);
  });
});
