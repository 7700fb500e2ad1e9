import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CancelTimer, Clock } from '../../src/phoenix/token/clock.js';

interface PendingTimer {
  readonly dueMs: number;
  readonly callback: () => void;
}

/** A clock that moves only when told to, both hands together unless stepped apart. */
export class FakeClock implements Clock {
  #wallMs: number;
  #monotonicMs = 0;
  /** The next one first. */
  readonly #timers: PendingTimer[] = [];

  constructor(startWallMs = Date.parse('2026-01-01T00:00:00Z')) {
    this.#wallMs = startWallMs;
  }

  wallMs(): number {
    return this.#wallMs;
  }

  monotonicMs(): number {
    return this.#monotonicMs;
  }

  schedule(callback: () => void, delayMs: number): CancelTimer {
    const timer = { dueMs: this.#monotonicMs + Math.max(0, delayMs), callback };
    const later = this.#timers.findIndex(({ dueMs }) => dueMs > timer.dueMs);
    this.#timers.splice(later === -1 ? this.#timers.length : later, 0, timer);
    return () => {
      const index = this.#timers.indexOf(timer);
      if (index !== -1) this.#timers.splice(index, 1);
    };
  }

  scheduleInBackground(callback: () => void, delayMs: number): CancelTimer {
    return this.schedule(callback, delayMs);
  }

  get pendingTimers(): number {
    return this.#timers.length;
  }

  /** Milliseconds until the next timer is due; undefined when none is pending. */
  get msToNextTimer(): number | undefined {
    const [next] = this.#timers;
    return next && next.dueMs - this.#monotonicMs;
  }

  /** Lets time pass, running every timer on its way at its time, and everything that follows from it. */
  async advance(durationMs: number): Promise<void> {
    const untilMs = this.#monotonicMs + durationMs;
    await nextTurn();
    for (;;) {
      const [next] = this.#timers;
      if (next === undefined || next.dueMs > untilMs) break;
      this.#move(next.dueMs - this.#monotonicMs);
      this.#timers.shift();
      next.callback();
      await nextTurn();
    }
    this.#move(untilMs - this.#monotonicMs);
    await nextTurn();
  }

  /** Sets the wall clock forward or back, as an administrator or NTP would. */
  stepWall(byMs: number): void {
    this.#wallMs += byMs;
  }

  /** The machine sleeps: the wall clock goes on, the monotonic one stands still. */
  suspend(durationMs: number): void {
    this.#wallMs += durationMs;
  }

  #move(byMs: number): void {
    this.#wallMs += byMs;
    this.#monotonicMs += byMs;
  }
}
