import { jest } from '@jest/globals';
import { systemClock } from './clock.js';

const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

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

  it.each([
    ['the longest timeout', LONGEST_TIMEOUT_MS],
    ['a little more than the longest timeout', LONGEST_TIMEOUT_MS + 10],
    ['three times the longest timeout', 3 * LONGEST_TIMEOUT_MS],
    ['a year', 365 * 24 * 3_600_000],
  ])('waits for %s', (_, delayMs) => {
    const fired = jest.fn();
    systemClock.schedule(fired, delayMs);
    jest.advanceTimersByTime(delayMs - 1);
    expect(fired).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1);
    expect(fired).toHaveBeenCalledTimes(1);
    expect(jest.getTimerCount()).toBe(0);
  });

  it.each([
    ['before it begins', 0],
    ['within the first stretch', 1_000],
    ['between two stretches', LONGEST_TIMEOUT_MS],
    ['within the last stretch', 2 * LONGEST_TIMEOUT_MS + 1_000],
  ])('never fires when cancelled %s', (_, elapsedMs) => {
    const fired = jest.fn();
    const cancel = systemClock.schedule(fired, 3 * LONGEST_TIMEOUT_MS);
    jest.advanceTimersByTime(elapsedMs);
    cancel();
    expect(jest.getTimerCount()).toBe(0);
    jest.advanceTimersByTime(4 * LONGEST_TIMEOUT_MS);
    expect(fired).not.toHaveBeenCalled();
  });

  it('takes a cancellation after it fired', () => {
    const cancel = systemClock.schedule(() => undefined, 1);
    jest.advanceTimersByTime(1);
    expect(cancel).not.toThrow();
  });

  it('lets the process end in every stretch of a long wait', () => {
    const armed: NodeJS.Timeout[] = [];
    const setTimeout = globalThis.setTimeout;
    const spy = jest.spyOn(globalThis, 'setTimeout').mockImplementation(((
      callback: () => void,
      delayMs: number,
    ) => {
      const timer = setTimeout(callback, delayMs);
      armed.push(timer);
      return timer;
    }) as typeof globalThis.setTimeout);
    systemClock.scheduleInBackground(() => undefined, 2.5 * LONGEST_TIMEOUT_MS);
    jest.advanceTimersByTime(2 * LONGEST_TIMEOUT_MS);
    spy.mockRestore();
    expect(armed.map((timer) => timer.hasRef())).toEqual([false, false, false]);
  });
});
