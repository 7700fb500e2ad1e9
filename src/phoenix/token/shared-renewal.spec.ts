import { NEVER } from 'rxjs';
import { FakeClock } from '../../../test/support/fake-clock.js';
import { ScriptedIssuer, silence } from '../../../test/simulation/scripted-issuer.js';
import { fingerprintOf } from './access-token.js';
import { SharedRenewal } from './shared-renewal.js';
import { SharedView } from './shared-view.js';
import { storeUnavailableError } from './token-errors.js';
import { TokenRenewal } from './token-renewal.js';
import type { RenewalLease, SharedRecord, SharedState } from './token-store.js';

const LIMITS = { requestTimeoutMs: 5_000, acquireTimeoutMs: 10_000, maxAttempts: 1 };
const POLICY = { refreshAheadMs: 600_000, expirySkewMs: 30_000, minRemainingMs: 60_000 };
const DEMAND = { held: undefined, forced: false };
const STANDING = { code: 'server_error', failures: 1, pauseMs: 700, vendorPauseMs: 0 } as const;
const TOKEN = { value: 'shared', scope: [], lifetimeMs: 3_600_000, remainingMs: 3_000_000 };

/** A store in the hand of the test. */
function setUp(reads: SharedState[], lease?: Partial<RenewalLease>) {
  const clock = new FakeClock();
  const issuer = new ScriptedIssuer(clock);
  const released: string[] = [];
  let leaseFromMs = 0;
  const record: SharedRecord = {
    read: () => Promise.resolve(reads.shift() ?? {}),
    acquire: () =>
      Promise.resolve(
        lease === undefined || clock.monotonicMs() < leaseFromMs
          ? undefined
          : {
              publish: () => Promise.resolve(true),
              publishFailure: () => Promise.resolve(),
              release: () => {
                released.push('released');
                return Promise.resolve();
              },
              ...lease,
            },
      ),
    reject: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
  const renewal = new TokenRenewal(
    issuer,
    () => Promise.resolve('s3cret'),
    LIMITS,
    clock,
    () => 0,
  );
  const view = new SharedView(record, clock);
  const shared = new SharedRenewal(renewal, record, view, NEVER, POLICY, LIMITS, clock, () => 0);
  const run = () => shared.run(new AbortController().signal, DEMAND);
  const leaseFrom = (delayMs: number) => (leaseFromMs = clock.monotonicMs() + delayMs);
  return { clock, issuer, released, run, view, leaseFrom };
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

  it('looks again when a rejection overtook it', async () => {
    const published = [false, true];
    const { run, issuer } = setUp([], {
      publish: () => Promise.resolve(published.shift() === true),
    });
    expect(await run()).toMatchObject({ attempts: 1 });
    expect(issuer.requests).toHaveLength(2);
  });
});
