import type { Readable } from 'node:stream';
import type { HttpService } from '@nestjs/axios';
import { firstValueFrom } from 'rxjs';
import { PhoenixError, type PhoenixErrorCode } from '../phoenix-error.js';
import { requestRules, textWithin } from '../phoenix.http-service.js';
import type { Clock } from '../token/clock.js';
import { parseRetryAfter } from '../token/retry-after.js';
import { KeySet } from './key-set.js';

const LARGEST_KEY_SET_BYTES = 1024 * 1024;

/** Where an issuer publishes its keys, and how long it may take to send them. */
export interface KeySetAddress {
  readonly jwksUrl: string;
  readonly requestTimeoutMs: number;
}

/**
 * Fetches a JSON Web Key Set with the client of the module, as the token is fetched: no redirects,
 * the same proxies, the same time limit.
 *
 * @throws {PhoenixError} whose message is the bare reason, for the log
 */
export async function fetchKeySet(
  http: HttpService,
  { jwksUrl, requestTimeoutMs }: KeySetAddress,
  clock: Clock,
): Promise<KeySet> {
  const abort = new AbortController();
  const cancel = clock.schedule(() => {
    abort.abort();
  }, requestTimeoutMs);
  try {
    const { status, headers, data } = await firstValueFrom(
      http.get<Readable>(jwksUrl, {
        ...requestRules(jwksUrl),
        headers: { Accept: 'application/json, application/jwk-set+json', Authorization: false },
        signal: abort.signal,
      }),
    );
    if (status === 200) return keySetIn(await textWithin(LARGEST_KEY_SET_BYTES, data));
    data.destroy();
    throw refusal(status, parseRetryAfter(headers['retry-after'], clock.wallMs()));
  } catch (error) {
    if (error instanceof PhoenixError) throw error;
    throw abort.signal.aborted
      ? new PhoenixError('timeout', `no complete reply within ${requestTimeoutMs} ms`)
      : new PhoenixError('network_error', systemCodeOf(error));
  } finally {
    cancel();
  }
}

function keySetIn(text: string | undefined): KeySet {
  if (text === undefined) {
    throw new PhoenixError('invalid_response', `more than ${LARGEST_KEY_SET_BYTES} bytes`);
  }
  const set = KeySet.from(jsonIn(text));
  if (set !== undefined) return set;
  throw new PhoenixError('invalid_response', 'the reply is not a JSON Web Key Set');
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refusal(status: number, retryAfterMs: number | undefined): PhoenixError {
  return new PhoenixError(codeOf(status), `HTTP ${status}`, {
    status,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

function codeOf(status: number): PhoenixErrorCode {
  if (status === 429) return 'rate_limited';
  if (status === 408 || status >= 500) return 'server_error';
  if (status >= 300 && status < 400) return 'redirect_refused';
  return status < 300 ? 'invalid_response' : 'request_rejected';
}

function systemCodeOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return code !== undefined && /^[A-Z][A-Z0-9_]+$/.test(code) ? code : 'no usable reply';
}
