import { FakeClock } from '../../../test/support/fake-clock.js';
import { fingerprintOf } from './access-token.js';
import { SharedView } from './shared-view.js';
import { storeUnavailableError } from './token-errors.js';
import type { SharedState } from './token-store.js';

const TOKEN = { value: 'shared', scope: [], lifetimeMs: 3_600_000, remainingMs: 3_000_000 };
const FINGERPRINT = fingerprintOf(TOKEN.value);

/** A store that answers when the test says so. */
function setUp() {
  const clock = new FakeClock();
  const reads: ((state: SharedState) => void)[] = [];
  const store = { reachable: true, told: [] as string[] };
  const view = new SharedView(
    {
      read: () => new Promise((resolve) => reads.push(resolve)),
      acquire: () => Promise.resolve(undefined),
      reject: (fingerprint) => {
        if (!store.reachable) return Promise.reject(storeUnavailableError('gone'));
        store.told.push(fingerprint);
        return Promise.resolve();
      },
      close: () => Promise.resolve(),
    },
    clock,
  );
  /** What a look finds when it is answered with each of these in turn. */
  const seen = async (...states: SharedState[]) => {
    const sight = view.look();
    for (const state of states) {
      await clock.advance(0);
      reads.shift()?.(state);
    }
    return sight;
  };
  return { view, clock, reads, store, seen };
}

describe('what a replica sees of the shared record', () => {
  it('is the token, with a life that counts from before the look', async () => {
    const { view, clock, reads } = setUp();
    const sight = view.look();
    await clock.advance(1_500);
    reads.shift()?.({ token: TOKEN });
    expect((await sight).token?.remainingMs()).toBe(3_000_000 - 1_500);
  });

  it('is no token that the store names as rejected', async () => {
    const { seen } = setUp();
    expect(await seen({ token: TOKEN, rejected: [FINGERPRINT] })).toMatchObject({
      token: undefined,
      rejected: [FINGERPRINT],
    });
  });

  it('is no token that was rejected, even if the store has lost what it was told', async () => {
    const { view, clock, seen } = setUp();
    await view.reject(FINGERPRINT);
    await clock.advance(60_000);
    expect((await seen({ token: TOKEN, rejected: [] })).token).toBeUndefined();
  });

  it('is the token again once Phoenix issued it anew', async () => {
    const { view, clock, seen } = setUp();
    await view.reject(FINGERPRINT);
    await clock.advance(60_000);
    const anew = { ...TOKEN, remainingMs: TOKEN.lifetimeMs - 59_000 };
    expect((await seen({ token: anew, rejected: [] })).token?.value).toBe('shared');
  });

  it('remembers the latest hundred rejections', async () => {
    const { view, seen } = setUp();
    view.rejectedElsewhere(FINGERPRINT);
    for (let other = 0; other < 99; other++)
      view.rejectedElsewhere(fingerprintOf(`other ${other}`));
    expect((await seen({ token: TOKEN })).token).toBeUndefined();
    view.rejectedElsewhere(fingerprintOf('one more'));
    expect((await seen({ token: TOKEN })).token?.value).toBe('shared');
  });

  it.each([
    ['here', (view: SharedView) => view.reject(FINGERPRINT)],
    [
      'elsewhere',
      async (view: SharedView) => {
        view.rejectedElsewhere(FINGERPRINT);
        await Promise.resolve();
      },
    ],
  ])('is no token that was rejected %s during the look, however young', async (_, reject) => {
    const { view, clock, reads } = setUp();
    const sight = view.look();
    await clock.advance(0);
    await reject(view);
    reads.shift()?.({ token: { ...TOKEN, remainingMs: TOKEN.lifetimeMs } });
    expect((await sight).token).toBeUndefined();
  });

  it('is no rejected token even if the store could not be told, until it is', async () => {
    const { view, store, seen } = setUp();
    store.reachable = false;
    await expect(view.reject(FINGERPRINT)).rejects.toMatchObject({ code: 'store_unavailable' });
    expect((await seen({ token: TOKEN })).token).toBeUndefined();
    store.reachable = true;
    await view.tellRejections();
    expect(store.told).toEqual([FINGERPRINT]);
    const anew = { ...TOKEN, remainingMs: TOKEN.lifetimeMs };
    expect((await seen({ token: anew })).token?.value).toBe('shared');
  });
});
