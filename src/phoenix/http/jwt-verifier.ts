import type { KeyObject } from 'node:crypto';
import type * as jose from 'jose';
import type { JWTPayload, JWTVerifyGetKey, JWTVerifyOptions } from 'jose';
import type { PhoenixSettings } from '../phoenix.settings.js';
import { KeysUnavailableError, type KeySetCache } from './key-set-cache.js';
import type { KeySet } from './key-set.js';

export type JwtSettings = NonNullable<PhoenixSettings['jwt']>;

/** Claims of a JWT (RFC 7519 §4). */
export type JwtClaims = Readonly<Record<string, unknown>>;

/** What a JWT is worth. */
export type JwtVerdict =
  | { readonly kind: 'accepted'; readonly claims: JwtClaims }
  /** The reason names codes and claims only, for the log. */
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'keys_unavailable'; readonly retryAfterMs: number };

export type VerifyJwt = (token: string) => Promise<JwtVerdict>;

type Jose = typeof jose;
/** Rejects with an error of jose, or with a `KeysUnavailableError`. */
type Check = (jose: Jose, token: string, options: JWTVerifyOptions) => Promise<JWTPayload>;

/**
 * Checks JWTs as the option `jwt` wants it. Loads jose at the first one: it is an ES module only,
 * and nothing else needs it.
 *
 * @param keys of the issuer, where there is no shared secret
 */
export function verifierFor(jwt: JwtSettings, keys: KeySetCache): VerifyJwt {
  const options: JWTVerifyOptions = {
    algorithms: [...jwt.algorithms],
    clockTolerance: jwt.clockToleranceSeconds,
    requiredClaims: ['exp'],
    ...(jwt.issuer !== undefined && { issuer: jwt.issuer }),
    ...(jwt.audience !== undefined && { audience: jwt.audience }),
  };
  const check = jwt.secret === undefined ? withKeySet(keys) : withSecret(jwt.secret);
  return async (token) => {
    const jose = await import('jose');
    try {
      const claims = await check(jose, token, options);
      // Bound to a proof that nobody checked here: a stolen one would be as good (RFC 7800 §3).
      if ('cnf' in claims) return { kind: 'refused', reason: 'bound to another proof, cnf' };
      return { kind: 'accepted', claims };
    } catch (error) {
      if (error instanceof KeysUnavailableError) {
        return { kind: 'keys_unavailable', retryAfterMs: error.retryAfterMs };
      }
      if (error instanceof jose.errors.JOSEError)
        return { kind: 'refused', reason: reasonOf(error) };
      throw error;
    }
  };
}

function withSecret(secret: KeyObject): Check {
  return async (jose, token, options) => (await jose.jwtVerify(token, secret, options)).payload;
}

/** With the keys as they are known; with newer ones, where none of those signed the token. */
function withKeySet(keys: KeySetCache): Check {
  return async (jose, token, options) => {
    let known: KeySet | undefined;
    const current = async (): Promise<KeySet> => (known = await keys.current());
    try {
      return await withAnyKey(jose, token, options, current);
    } catch (error) {
      if (known === undefined || !isOfAnotherKey(jose, error)) throw error;
      const newer = await keys.newerThan(known);
      if (newer === undefined) throw error;
      return withAnyKey(jose, token, options, () => Promise.resolve(newer));
    }
  };
}

function isOfAnotherKey({ errors }: Jose, error: unknown): boolean {
  return (
    error instanceof errors.JWSSignatureVerificationFailed ||
    error instanceof errors.JWKSNoMatchingKey
  );
}

/** Without a key id, a token may be signed with any key of its kind: during a rotation there are two. */
async function withAnyKey(
  jose: Jose,
  token: string,
  options: JWTVerifyOptions,
  keySet: () => Promise<KeySet>,
): Promise<JWTPayload> {
  const { JWKSNoMatchingKey, JWSSignatureVerificationFailed } = jose.errors;
  let others: KeyObject[] = [];
  // Called once the token has turned out to be well formed, so that others cause no fetch.
  const firstKey: JWTVerifyGetKey = async (header) => {
    const [first, ...rest] = (await keySet()).keysFor(header);
    if (first === undefined) throw new JWKSNoMatchingKey();
    others = rest;
    return first;
  };
  const verify = async (key: KeyObject | JWTVerifyGetKey): Promise<JWTPayload> => {
    try {
      return (await jose.jwtVerify(token, key as JWTVerifyGetKey, options)).payload;
    } catch (error) {
      const next = error instanceof JWSSignatureVerificationFailed ? others.shift() : undefined;
      if (next === undefined) throw error;
      return verify(next);
    }
  };
  return verify(firstKey);
}

/** Codes and names of claims only: the message of an error may quote the JWT. */
function reasonOf(error: { readonly code: string; readonly claim?: unknown }): string {
  return typeof error.claim === 'string' ? `${error.code}, ${error.claim}` : error.code;
}
