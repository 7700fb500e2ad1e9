import type { Clock } from '../../src/phoenix/token/clock.js';

/** Lets time pass on the clock, unless the signal aborts first; `Infinity` waits for nothing else. */
export function pass(clock: Clock, durationMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    let cancel = (): void => undefined;
    const onAbort = (): void => {
      cancel();
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    if (!Number.isFinite(durationMs)) return;
    cancel = clock.schedule(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, durationMs);
  });
}
