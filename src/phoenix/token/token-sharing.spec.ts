import { Subject } from 'rxjs';
import { keeperOf } from '../../../test/simulation/keeper.js';
import { HOUR, MINUTE, ScriptedIssuer, SECOND } from '../../../test/simulation/scripted-issuer.js';
import { FakeClock } from '../../../test/support/fake-clock.js';
import { fingerprintOf } from './access-token.js';
import { SharedView, type SharedSight } from './shared-view.js';
import { TokenSharing } from './token-sharing.js';
import type { RenewalLease, SharedRecord, SharedState, StoreNews } from './token-store.js';

const POLICY = { refreshAheadMs: 10 * MINUTE, expirySkewMs: 30 * SECOND, minRemainingMs: MINUTE };

/** Lives longer than any token that the replica of these tests obtains for itself. */
const BETTER = { value: 'better', scope: [], lifetimeMs: 2 * HOUR, remainingMs: 2 * HOUR };

/** What the replicas share, in the hand of the test. */
class SharedMemory implements SharedRecord {
  state: SharedState = {};
  leased = false;
  looks = 0;
  readonly published: string[] = [];
  readonly released: string[] = [];
  /** What happens between a replica's look and its lease. */
  beforeLease: () => void = () => undefined;

  read(): Promise<SharedState> {
    this.looks++;
    return Promise.resolve(this.state);
  }

  acquire(): Promise<RenewalLease | undefined> {
    this.beforeLease();
    if (this.leased) return Promise.resolve(undefined);
    this.leased = true;
    const lease: RenewalLease = {
      publish: ({ value }) => {
        this.published.push(value);
        this.leased = false;
        return Promise.resolve(true);
      },
      publishFailure: () => Promise.resolve(),
      release: () => {
        this.released.push('released');
        this.leased = false;
        return Promise.resolve();
      },
    };
    return Promise.resolve(lease);
  }

  reject(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** A replica that obtained `token-1` for itself, and has not yet heard from the store. */
async function setUp() {
  const clock = new FakeClock();
  const keeper = keeperOf({ issuer: new ScriptedIssuer(clock), clock });
  const memory = new SharedMemory();
  const news$ = new Subject<StoreNews>();
  const renewal = { sightings$: new Subject<SharedSight>(), ended: () => Promise.resolve() };
  const view = new SharedView(memory, clock);
  const sharing = new TokenSharing(keeper, memory, view, news$, renewal, POLICY, clock);
  const events: unknown[] = [];
  sharing.events$.subscribe((event) => events.push(event));
  sharing.start();
  await keeper.renew('startup');
  const hear = async (...news: StoreNews[]) => {
    for (const one of news) news$.next(one);
    await clock.advance(0);
  };
  return { clock, keeper, memory, sharing, events, hear };
}

describe('a token that was obtained without the store', () => {
  it('is shared when the store is there', async () => {
    const { memory, hear } = await setUp();

    await hear({ type: 'available' });

    expect(memory).toMatchObject({ published: ['token-1'], leased: false });
  });

  it('is kept to itself, and the lease let go of, when a better one turned up before the lease', async () => {
    const { memory, hear, keeper, clock } = await setUp();
    memory.beforeLease = () => {
      memory.state = { token: BETTER };
    };

    await hear({ type: 'available' });

    expect(memory).toMatchObject({ published: [], released: ['released'], leased: false });
    await clock.advance(MINUTE);
    expect(keeper.held?.value).toBe('better');
  });

  it('is kept to itself, and the lease let go of, when it was rejected before the lease', async () => {
    const { memory, hear } = await setUp();
    memory.beforeLease = () => {
      memory.state = { rejected: [fingerprintOf('token-1')] };
    };

    await hear({ type: 'available' });

    expect(memory).toMatchObject({ published: [], released: ['released'], leased: false });
  });

  it('is kept to itself, and the lease let go of, when it was dropped before the lease', async () => {
    const { memory, hear, keeper } = await setUp();
    memory.beforeLease = () => {
      keeper.invalidate('token-1');
    };

    await hear({ type: 'available' });

    expect(memory).toMatchObject({ published: [], released: ['released'], leased: false });
  });

  it('is shared two seconds later when another replica holds the lease', async () => {
    const { memory, hear, clock } = await setUp();
    memory.leased = true;
    await hear({ type: 'available' });
    memory.leased = false;

    await clock.advance(2 * SECOND - 1);
    expect(memory.published).toEqual([]);
    await clock.advance(1);
    expect(memory.published).toEqual(['token-1']);
  });

  it('is not shared once the application shut down while it waited for the lease', async () => {
    const { memory, hear, clock, sharing } = await setUp();
    memory.leased = true;
    await hear({ type: 'available' });
    await sharing.close();
    memory.leased = false;
    const { looks } = memory;

    await clock.advance(HOUR);

    expect(memory).toMatchObject({ published: [], looks });
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('a record that cannot be read', () => {
  const unreadable = { type: 'record_rejected', reason: 'not our format' } as const;
  const told = { type: 'shared_record_rejected', reason: 'not our format' };

  it('is told of once, and counted every time', async () => {
    const { hear, events, sharing } = await setUp();

    await hear(unreadable, unreadable);

    expect(events).toEqual([told]);
    expect(sharing.status().rejectedRecords).toBe(2);
  });

  it('is told of again when one could be read in between', async () => {
    const { hear, events, memory } = await setUp();
    await hear(unreadable);
    memory.state = { token: BETTER };
    await hear({ type: 'token_published' });

    await hear(unreadable);

    expect(events).toEqual([told, told]);
  });

  it('is told of again when the reason is another one', async () => {
    const { hear, events } = await setUp();

    await hear(unreadable, { type: 'record_rejected', reason: 'unknown key' });

    expect(events).toEqual([told, { type: 'shared_record_rejected', reason: 'unknown key' }]);
  });
});
