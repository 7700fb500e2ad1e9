/** Redis is busy or frozen, or the connection is dead and nobody said so. */
export class NoReplyInTime extends Error {}

/**
 * Waits for a reply, but not longer than `limitMs`.
 * A busy process may find both the timer and the reply due: then the reply counts.
 */
export async function within<Value>(limitMs: number, promise: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      setImmediate(() => {
        reject(new NoReplyInTime());
      });
    }, limitMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** What a script of ours may not do is told in words only, which differ between versions of Redis. */
const FORBIDDEN_IN_SCRIPT = /The user executing the script can't|ACL failure in script/;
/** Before Redis 7 the code of an error within a script stands behind the place where it happened. */
const CODE_IN_SCRIPT = /@user_script: ?\d+: -([A-Z]{2,})\b/;

/** Redis' errors begin with a code; the rest, and the command they carry, may hold secrets. */
export function reasonOf(error: unknown): string {
  if (error instanceof NoReplyInTime) return 'no reply in time';
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (typeof code === 'string' && /^[A-Z][A-Z_]+$/.test(code)) return code;
  if (FORBIDDEN_IN_SCRIPT.test(String(message))) return 'NOPERM';
  const text = String(message);
  const [, replyCode] = CODE_IN_SCRIPT.exec(text) ?? /^([A-Z]{2,})\b/.exec(text) ?? [];
  return replyCode ?? 'the connection failed';
}
