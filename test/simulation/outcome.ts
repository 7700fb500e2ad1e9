/** How a promise ended, or that it has not. */
export interface Outcome<T> {
  ended: boolean;
  value?: T;
  error?: unknown;
}

/** Watches a promise without waiting for it. */
export function watch<T>(promise: Promise<T>): Outcome<T> {
  const outcome: Outcome<T> = { ended: false };
  promise.then(
    (value) => {
      outcome.ended = true;
      outcome.value = value;
    },
    (error: unknown) => {
      outcome.ended = true;
      outcome.error = error;
    },
  );
  return outcome;
}
