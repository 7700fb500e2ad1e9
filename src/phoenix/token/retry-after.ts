/** The three forms of an HTTP date (RFC 9110 §5.6.7); the last one, of asctime, is in GMT without saying so. */
const HTTP_DATE = /^[A-Z][a-z]{2,8}, .+ GMT$/;
const ASCTIME_DATE = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d [\d:]{8} \d{4}$/;

/**
 * Reads a `Retry-After` header: delay in seconds or an HTTP date (RFC 9110 §10.2.3).
 *
 * @returns milliseconds from `wallMs`, never negative; undefined when absent or unreadable
 */
export function parseRetryAfter(header: unknown, wallMs: number): number | undefined {
  if (typeof header !== 'string') return undefined;
  const text = header.trim();
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const dateMs = httpDateMs(text);
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - wallMs);
}

function httpDateMs(text: string): number {
  if (HTTP_DATE.test(text)) return Date.parse(text);
  return ASCTIME_DATE.test(text) ? Date.parse(`${text} GMT`) : NaN;
}
