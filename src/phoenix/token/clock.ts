/** Longest delay that `setTimeout` accepts; anything beyond fires at once. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

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

export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  schedule: (callback, delayMs) => startTimer(callback, delayMs, false),
  scheduleInBackground: (callback, delayMs) => startTimer(callback, delayMs, true),
};

function startTimer(callback: () => void, delayMs: number, inBackground: boolean): CancelTimer {
  let timer: NodeJS.Timeout;
  const arm = (leftMs: number): void => {
    const stepMs = Math.min(leftMs, LONGEST_TIMEOUT_MS);
    timer = setTimeout(() => {
      if (leftMs > stepMs) arm(leftMs - stepMs);
      else callback();
    }, stepMs);
    if (inBackground) timer.unref();
  };
  arm(Math.max(0, delayMs));
  return () => {
    clearTimeout(timer);
  };
}
