import { FakeClock } from '../../../test/support/fake-clock.js';
import { PhoenixError } from '../phoenix-error.js';
import { KeysUnavailableError, KeySetCache } from './key-set-cache.js';
import { KeySet } from './key-set.js';

const MINUTE = 60_000;
const down = () => new PhoenixError('server_error', 'HTTP 500', { status: 500 });

/** A cache of keys whose issuer answers as it is told, and what it did. */
function issuer() {
  const clock = new FakeClock();
  const log: string[] = [];
  const state = { fetches: 0, error: undefined as PhoenixError | undefined, clock, log };
  const fetch = async (): Promise<KeySet> => {
    state.fetches++;
    await Promise.resolve();
    if (state.error !== undefined) throw state.error;
    return KeySet.from({ keys: [] })!;
  };
  const cache = new KeySetCache(fetch, clock, () => 1, {
    failed: ({ message }) => log.push(message),
    recovered: () => log.push('recovered'),
  });
  return Object.assign(state, { cache });
}

const pauseOf = async (cache: KeySetCache): Promise<number> => {
  const outcome: unknown = await cache.current().catch((error: unknown) => error);
  return outcome instanceof KeysUnavailableError ? outcome.retryAfterMs : 0;
};

describe('The cache of an issuer’s keys', () => {
  it('fetches once for many callers, and again after ten minutes', async () => {
    const it = issuer();
    const sets = await Promise.all(Array.from({ length: 50 }, () => it.cache.current()));
    expect(new Set(sets).size).toBe(1);

    await it.clock.advance(10 * MINUTE);
    expect(await it.cache.current()).toBe(sets[0]);
    expect(it.fetches).toBe(1);

    await it.clock.advance(1);
    expect(await it.cache.current()).not.toBe(sets[0]);
    expect(it.fetches).toBe(2);
    expect(it.log).toEqual([]);
  });

  it('counts the time in which the machine slept', async () => {
    const it = issuer();
    await it.cache.current();
    it.clock.suspend(11 * MINUTE);
    await it.cache.current();
    expect(it.fetches).toBe(2);
  });

  it('remembers a failure for a growing time, and says how long it will', async () => {
    const it = issuer();
    it.error = down();
    const pauses: number[] = [];
    for (let failure = 1; failure <= 7; failure++) {
      const pauseMs = await pauseOf(it.cache);
      pauses.push(pauseMs);
      await it.clock.advance(pauseMs - 1);
      expect(await pauseOf(it.cache)).toBe(1);
      expect(it.fetches).toBe(failure);
      await it.clock.advance(1);
    }
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    expect(it.log).toEqual(['HTTP 500']);

    it.error = undefined;
    await it.cache.current();
    expect(it.log).toEqual(['HTTP 500', 'recovered']);
  });

  it('obeys the issuer’s Retry-After', async () => {
    const it = issuer();
    it.error = new PhoenixError('rate_limited', 'HTTP 429', { retryAfterMs: 90_000 });
    expect(await pauseOf(it.cache)).toBe(90_000);
  });

  it('answers with keys of ten minutes through an outage, and with none after that', async () => {
    const it = issuer();
    const known = await it.cache.current();
    it.error = down();
    for (let second = 0; second < 600; second += 10) {
      expect(await it.cache.newerThan(known)).toBeUndefined();
      expect(await it.cache.current()).toBe(known);
      await it.clock.advance(10_000);
    }
    expect(it.fetches).toBeLessThan(40);
    await it.clock.advance(1);
    expect(await pauseOf(it.cache)).toBeGreaterThan(0);
    expect(it.log).toEqual(['HTTP 500']);
  });

  it('is over an outage when a fetch succeeded, not when old keys did', async () => {
    const it = issuer();
    const known = await it.cache.current();
    it.error = down();
    for (let pair = 0; pair < 50; pair++) {
      await it.clock.advance(31_000 / 50);
      await it.cache.newerThan(known);
      await it.cache.current();
    }
    await it.clock.advance(30_000);
    await it.cache.newerThan(known);
    expect(it.log).toEqual(['HTTP 500']);

    it.error = undefined;
    await it.clock.advance(30_000);
    expect(await it.cache.newerThan(known)).toBeInstanceOf(KeySet);
    expect(it.log).toEqual(['HTTP 500', 'recovered']);
  });

  it('looks for newer keys every 30 seconds at most, however many ask', async () => {
    const it = issuer();
    let known = await it.cache.current();
    for (let second = 0; second < 300; second++) {
      await it.clock.advance(1_000);
      const found = await Promise.all([it.cache.newerThan(known), it.cache.newerThan(known)]);
      known = found[0] ?? known;
    }
    expect(it.fetches).toBe(1 + 10);
  });

  it('knows newer keys that somebody else has fetched', async () => {
    const it = issuer();
    const known = await it.cache.current();
    await it.clock.advance(30_000);
    const newer = await it.cache.newerThan(known);
    expect(await it.cache.newerThan(known)).toBe(newer);
    expect(it.fetches).toBe(2);
  });

  it('does not take a mistake of ours for an outage', async () => {
    const cache = new KeySetCache(
      () => Promise.reject(new TypeError('a mistake')),
      new FakeClock(),
      () => 1,
      { failed: () => undefined, recovered: () => undefined },
    );
    await expect(cache.current()).rejects.toThrow('a mistake');
  });
});
