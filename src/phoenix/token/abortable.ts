/** Those who wait on a signal, behind one listener: a request that many calls wait on is one signal. */
const waits = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Waits for `promise`, but no longer than until `signal` aborts; then rejects
 * with the signal's reason. The promise itself is left alone.
 */
export function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) onAbort();
    const forget = onceAborted(signal, onAbort);
    promise.then(resolve, reject).finally(forget);
  });
}

/** Node.js warns of more than ten listeners on one signal, so there is one for all. */
function onceAborted(signal: AbortSignal, callback: () => void): () => void {
  const callbacks = waits.get(signal) ?? listenTo(signal);
  callbacks.add(callback);
  return () => {
    callbacks.delete(callback);
    if (callbacks.size > 0 || waits.get(signal) !== callbacks) return;
    waits.delete(signal);
    signal.removeEventListener('abort', onSignal);
  };
}

function listenTo(signal: AbortSignal): Set<() => void> {
  const callbacks = new Set<() => void>();
  waits.set(signal, callbacks);
  signal.addEventListener('abort', onSignal, { once: true });
  return callbacks;
}

function onSignal({ target }: Event): void {
  for (const callback of waits.get(target as AbortSignal) ?? []) callback();
}
