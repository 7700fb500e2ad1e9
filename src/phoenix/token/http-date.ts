type Headers = Readonly<Record<string, unknown>>;

const SECOND_MS = 1000;

/** The `Date` of a reply in milliseconds since the epoch; undefined when absent or unreadable. */
export function dateOf({ date }: Headers): number | undefined {
  const dateMs = typeof date === 'string' ? Date.parse(date) : NaN;
  return Number.isNaN(dateMs) ? undefined : dateMs;
}

/** Times in whole seconds are cut off: what happened in this second happened before its end. */
export function endOfSecond(timeMs: number): number {
  return (Math.floor(timeMs / SECOND_MS) + 1) * SECOND_MS;
}

/**
 * How old a reply from a cache may be at most (`Age`, RFC 9111 §5.1: whole seconds, the first of several);
 * 0 when it comes from the server itself.
 */
export function latestAgeMs({ age }: Headers): number {
  const [, seconds] = /^\s*(\d{1,10})\s*(,|$)/.exec(typeof age === 'string' ? age : '') ?? [];
  return seconds === undefined ? 0 : endOfSecond(Number(seconds) * SECOND_MS);
}
