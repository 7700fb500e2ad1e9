import { z } from 'zod';
import { PHOENIX_ERROR_CODES } from '../phoenix-error.js';
import { LONGEST_RETRY_AFTER_MS } from '../token/retry-policy.js';
import type { SharedFailure } from '../token/token-store.js';

const number = z.string().regex(/^\d+$/).transform(Number);

/** Fields in the order in which the script reads them; `status` is empty where there was none. */
const failureFields = z.tuple([
  z.enum(PHOENIX_ERROR_CODES),
  z.union([z.literal(''), z.string().regex(/^[1-5]\d\d$/)]),
  number.pipe(z.int().min(1)),
  number,
  number,
]);

/** Anything longer was not written by us. */
const LONGEST_PAUSE_MS = LONGEST_RETRY_AFTER_MS + 1_000;

/**
 * @param nowMs by the clock of the Redis server
 * @returns undefined for what is no failure of ours
 */
export function readFailure(fields: readonly unknown[], nowMs: number): SharedFailure | undefined {
  const parsed = failureFields.safeParse(fields);
  if (!parsed.success) return undefined;
  const [code, status, failures, untilMs, vendorUntilMs] = parsed.data;
  const pauseMs = Math.max(0, untilMs - nowMs);
  if (pauseMs > LONGEST_PAUSE_MS) return undefined;
  return {
    code,
    failures,
    pauseMs,
    vendorPauseMs: Math.min(pauseMs, Math.max(0, vendorUntilMs - nowMs)),
    ...(status !== '' && { status: Number(status) }),
  };
}
