/**
 * Reads a `Retry-After` header: delay in seconds or an HTTP date (RFC 9110 §10.2.3).
 *
 * @returns milliseconds from `wallMs`, never negative; undefined when absent or unreadable
 */
export function parseRetryAfter(header: unknown, wallMs: number): number | undefined {
  if (typeof header !== 'string') return undefined;
  const text = header.trim();
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  if (!/^[A-Z][a-z]{2,8}, .+ GMT$/.test(text)) return undefined;
  const dateMs = Date.parse(text);
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - wallMs);
}
