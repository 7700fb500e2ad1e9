import { isObject } from '../plain-object.js';
import { endOfSecond } from './http-date.js';

/** The parts of a JWT in its compact form (RFC 7519 §3): three, in base64url. */
const COMPACT_JWT = /^[\w-]+=*\.([\w-]+)=*\.[\w-]*=*$/;

export interface JwtLifetimeContext {
  /** No earlier than the vendor's own time at the reply, as its headers tell it; milliseconds since the epoch. */
  readonly vendorTimeMs: number | undefined;
  /** Our wall clock when the request was started. */
  readonly wallMs: number;
}

/**
 * How long a JWT says it lives, seen from the start of the request, or undefined
 * when the token is opaque or silent. Nothing is verified: only the vendor can.
 *
 * `exp` is in the vendor's time. The reply's `Date` tells that time; failing it,
 * `iat` does, unless our own clock shows a token that is merely older than the
 * reply and still alive. What is told in whole seconds was no later than the end of its second.
 */
export function jwtLifetimeMs(token: string, context: JwtLifetimeContext): number | undefined {
  const claims = readClaims(token);
  if (claims === undefined) return undefined;
  const { expMs, iatMs } = claims;
  if (context.vendorTimeMs !== undefined) return expMs - context.vendorTimeMs;
  if (iatMs === undefined) return expMs - context.wallMs;
  const aliveByOurClock = iatMs <= context.wallMs && context.wallMs < expMs;
  return expMs - (aliveByOurClock ? context.wallMs : endOfSecond(iatMs));
}

function readClaims(token: string): { expMs: number; iatMs: number | undefined } | undefined {
  const claims = payloadOf(token);
  const expMs = millisecondsOf(claims?.exp);
  return expMs === undefined ? undefined : { expMs, iatMs: millisecondsOf(claims?.iat) };
}

function payloadOf(token: string): Readonly<Record<string, unknown>> | undefined {
  const [, payload] = COMPACT_JWT.exec(token) ?? [];
  if (payload === undefined) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
    return isObject(claims) ? claims : undefined;
  } catch {
    return undefined;
  }
}

/** A claim may be anything, and a large number of seconds an infinite one of milliseconds. */
function millisecondsOf(seconds: unknown): number | undefined {
  const ms = typeof seconds === 'number' ? seconds * 1000 : NaN;
  return Number.isFinite(ms) ? ms : undefined;
}
