import { FakeClock } from '../support/fake-clock.js';

/** A fake clock that also knows what time it really is, for the vendor's own clock. */
export class SimulatedClock extends FakeClock {
  #suspendedMs = 0;

  /** Goes on through suspensions, and knows nothing of steps of the wall clock. */
  trueMs(): number {
    return this.monotonicMs() + this.#suspendedMs;
  }

  override suspend(durationMs: number): void {
    super.suspend(durationMs);
    this.#suspendedMs += durationMs;
  }
}
