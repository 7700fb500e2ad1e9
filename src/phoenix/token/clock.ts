import { AsyncResource } from 'node:async_hooks';

export type CancelTimer = () => void;

/**
 * Everything this library knows about time.
 * Two clocks, because each lies in its own way: a stepped wall clock jumps,
 * a suspended machine stops the monotonic one.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  wallMs(): number;
  /** Milliseconds since an arbitrary start; never runs backwards. */
  monotonicMs(): number;
  /** Runs `callback` once after `delayMs`. Somebody waits for it, so the process does, too. */
  schedule(callback: () => void, delayMs: number): CancelTimer;
  /** Like {@link schedule}, for what nobody waits for: a pending timer never keeps the process alive. */
  scheduleInBackground(callback: () => void, delayMs: number): CancelTimer;
}

export type Random = () => number;

/**
 * The clock of the machine. Its timers run in the async context that it was made in: not in the
 * one of a user's request that happened to start them, with that user's tenant, trace and log fields.
 */
export function createSystemClock(): Clock {
  const outside = new AsyncResource('PhoenixClock');
  const start = (callback: () => void, delayMs: number): NodeJS.Timeout =>
    outside.runInAsyncScope(setTimeout<[]>, undefined, callback, Math.max(0, delayMs));
  return {
    wallMs: () => Date.now(),
    monotonicMs: () => performance.now(),
    schedule: (callback, delayMs) => {
      const timer = start(callback, delayMs);
      return () => {
        clearTimeout(timer);
      };
    },
    scheduleInBackground: (callback, delayMs) => {
      const timer = start(callback, delayMs).unref();
      return () => {
        clearTimeout(timer);
      };
    },
  };
}
