interface Waiter {
  missing: number;
  readonly resolve: () => void;
  readonly reject: (reason: Error) => void;
}

/** Lets tests wait for requests to arrive. */
export class Arrivals {
  #waiters: Waiter[] = [];

  happened(): void {
    for (const waiter of this.#waiters) {
      if (--waiter.missing === 0) waiter.resolve();
    }
    this.#waiters = this.#waiters.filter(({ missing }) => missing > 0);
  }

  /** Resolves when `missing` more have arrived. */
  wait(missing: number): Promise<void> {
    if (missing <= 0) return Promise.resolve();
    const promise = new Promise<void>((resolve, reject) => {
      this.#waiters.push({ missing, resolve, reject });
    });
    // A test that ended without awaiting must not crash the process when the sandbox closes.
    promise.catch(() => undefined);
    return promise;
  }

  end(reason: Error): void {
    for (const waiter of this.#waiters) waiter.reject(reason);
    this.#waiters = [];
  }
}
