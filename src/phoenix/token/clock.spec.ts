import { AsyncLocalStorage } from 'node:async_hooks';
import { jest } from '@jest/globals';
import { createSystemClock } from './clock.js';

const systemClock = createSystemClock();

describe('the system clock', () => {
  it('tells the time of the machine', () => {
    const before = Date.now();
    expect(systemClock.wallMs()).toBeGreaterThanOrEqual(before);
    expect(systemClock.wallMs()).toBeLessThanOrEqual(Date.now());
  });

  it('never runs backwards on its monotonic side', () => {
    const before = systemClock.monotonicMs();
    expect(systemClock.monotonicMs()).toBeGreaterThanOrEqual(before);
  });

  it.each([
    ['schedule', 1],
    ['scheduleInBackground', 0],
  ] as const)('keeps the process alive for what is waited for: %s', (method, alive) => {
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout');
    const before = timers().length;
    const cancel = systemClock[method](() => undefined, 3_600_000);
    expect(timers()).toHaveLength(before + alive);
    cancel();
  });
});

describe('a timer of the system clock, started within a request', () => {
  it('belongs to nobody’s request', async () => {
    const requests = new AsyncLocalStorage<string>();
    const seen = await requests.run(
      'request of Alice',
      () =>
        new Promise((resolve) => {
          systemClock.schedule(() => {
            resolve(requests.getStore());
          }, 0);
        }),
    );
    expect(seen).toBeUndefined();
  });
});

describe('a timer of the system clock', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('fires once, at its time', () => {
    const fired = jest.fn();
    systemClock.schedule(fired, 1_000);
    jest.advanceTimersByTime(999);
    expect(fired).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1);
    jest.advanceTimersByTime(10_000);
    expect(fired).toHaveBeenCalledTimes(1);
  });

  it('fires as soon as possible when its time is past', () => {
    const fired = jest.fn();
    systemClock.schedule(fired, -5);
    jest.advanceTimersByTime(1);
    expect(fired).toHaveBeenCalledTimes(1);
  });

  it.each(['schedule', 'scheduleInBackground'] as const)(
    'never fires once cancelled: %s',
    (method) => {
      const fired = jest.fn();
      const cancel = systemClock[method](fired, 1_000);
      jest.advanceTimersByTime(999);
      cancel();
      expect(jest.getTimerCount()).toBe(0);
      jest.advanceTimersByTime(10_000);
      expect(fired).not.toHaveBeenCalled();
    },
  );

  it('takes a cancellation after it fired', () => {
    const cancel = systemClock.schedule(() => undefined, 1);
    jest.advanceTimersByTime(1);
    expect(cancel).not.toThrow();
  });
});
