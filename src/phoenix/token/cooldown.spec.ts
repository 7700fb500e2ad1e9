import { FakeClock } from '../../../test/support/fake-clock.js';
import { PhoenixError } from '../phoenix-error.js';
import { Cooldown } from './cooldown.js';

const down = new PhoenixError('network_error', 'down');
const busy = new PhoenixError('rate_limited', 'busy', { retryAfterMs: 120_000 });

function setUp(random = () => 0) {
  const clock = new FakeClock();
  return { clock, cooldown: new Cooldown(clock, random) };
}

describe('a cooldown', () => {
  it('does not exist before the first failure', () => {
    const { cooldown } = setUp();
    expect(cooldown.failure).toBeUndefined();
    expect(cooldown.remainingMs()).toBe(0);
    expect(cooldown.vendorPauseRemainingMs()).toBe(0);
  });

  it('runs down, and leaves the failure standing', async () => {
    const { clock, cooldown } = setUp();
    cooldown.fail(down);
    expect(cooldown.remainingMs()).toBe(500);
    await clock.advance(400);
    expect(cooldown.remainingMs()).toBe(100);
    await clock.advance(1_000);
    expect(cooldown.remainingMs()).toBe(0);
    expect(cooldown.failure).toMatchObject({
      error: down,
      failures: 1,
      at: new Date('2026-01-01T00:00:00Z'),
    });
  });

  it('doubles with every failure in a row, up to half a minute', () => {
    const { cooldown } = setUp(() => 1);
    const pauses = Array.from({ length: 8 }, () => {
      cooldown.fail(down);
      return cooldown.remainingMs();
    });
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
    expect(cooldown.failure?.failures).toBe(8);
  });

  it('begins anew after a success', () => {
    const { cooldown } = setUp();
    cooldown.fail(down);
    cooldown.fail(down);
    cooldown.succeed();
    expect(cooldown.failure).toBeUndefined();
    expect(cooldown.remainingMs()).toBe(0);
    cooldown.fail(down);
    expect(cooldown.failure?.failures).toBe(1);
    expect(cooldown.remainingMs()).toBe(500);
  });

  it('can be told how many failures there were', () => {
    const { cooldown } = setUp();
    expect(cooldown.fail(down, 3).failures).toBe(3);
    expect(cooldown.remainingMs()).toBe(2_000);
  });

  it('tells our own back-off from a pause that the vendor asked for', async () => {
    const { clock, cooldown } = setUp();
    cooldown.fail(down);
    expect(cooldown.vendorPauseRemainingMs()).toBe(0);
    cooldown.fail(busy);
    expect(cooldown.vendorPauseRemainingMs()).toBe(120_000);
    await clock.advance(120_001);
    expect(cooldown.vendorPauseRemainingMs()).toBe(0);
  });

  it('keeps the vendor’s pause when something else fails meanwhile', async () => {
    const { clock, cooldown } = setUp();
    cooldown.fail(busy);
    await clock.advance(20_000);
    cooldown.fail(down, 1);
    expect(cooldown.vendorPauseRemainingMs()).toBe(100_000);
    expect(cooldown.remainingMs()).toBe(100_000);
    expect(cooldown.failure?.error).toBe(down);
  });

  it('does not follow the wall clock', () => {
    const { clock, cooldown } = setUp();
    cooldown.fail(busy);
    clock.stepWall(3_600_000);
    expect(cooldown.remainingMs()).toBe(120_000);
  });
});
