import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { isObject } from '../plain-object.js';

type Jwk = Readonly<Record<string, unknown>>;

/** The members that make a public key, by `kty` (RFC 7518 §6, RFC 8037 §2). */
const PUBLIC_MEMBERS: ReadonlyMap<unknown, readonly string[]> = new Map([
  ['RSA', ['n', 'e']],
  ['EC', ['x', 'y']],
  ['OKP', ['x']],
]);
/** A key that is published with one of these is a secret that everybody knows. */
const SECRET_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];
const CURVES: ReadonlyMap<string, string> = new Map([
  ['ES256', 'P-256'],
  ['ES384', 'P-384'],
  ['ES512', 'P-521'],
  ['EdDSA', 'Ed25519'],
]);
/** RFC 7518 §3.3. */
const LEAST_RSA_BITS = 2_048;

interface VerificationKey {
  readonly jwk: Jwk;
  readonly key: KeyObject;
}

/** The keys of an issuer that signatures can be verified with. */
export class KeySet {
  private constructor(
    private readonly keys: readonly VerificationKey[],
    /** How many keys of the document cannot be used, and are ignored (RFC 7517 §5). */
    readonly ignored: number,
  ) {}

  /** @returns undefined when the document is no JSON Web Key Set (RFC 7517 §5) */
  static from(document: unknown): KeySet | undefined {
    if (!isObject(document) || !Array.isArray(document.keys)) return undefined;
    const keys = document.keys.flatMap(verificationKeyOf);
    return new KeySet(keys, document.keys.length - keys.length);
  }

  /** The keys that may have signed a JWT with this header; several, where it has no key id. */
  keysFor({ alg, kid }: { readonly alg: string; readonly kid?: unknown }): KeyObject[] {
    return this.keys.flatMap(({ jwk, key }) =>
      fits(jwk, alg) && (kid === undefined || kid === jwk.kid) ? [key] : [],
    );
  }
}

function fits(jwk: Jwk, alg: string): boolean {
  if (jwk.alg !== undefined && jwk.alg !== alg) return false;
  const curve = CURVES.get(alg);
  return curve === undefined ? jwk.kty === 'RSA' && /^[RP]S/.test(alg) : jwk.crv === curve;
}

/** The key, or nothing when no signature can be verified with it, whatever it is. */
function verificationKeyOf(jwk: unknown): VerificationKey[] {
  if (!isObject(jwk) || !isForVerification(jwk) || SECRET_MEMBERS.some((name) => name in jwk)) {
    return [];
  }
  const key = publicKeyOf(jwk);
  return key === undefined || isWeak(key) ? [] : [{ jwk, key }];
}

function isForVerification({ use, key_ops: operations, alg }: Jwk): boolean {
  return (
    (use === undefined || use === 'sig') &&
    (operations === undefined || (Array.isArray(operations) && operations.includes('verify'))) &&
    (alg === undefined || typeof alg === 'string')
  );
}

function publicKeyOf(jwk: Jwk): KeyObject | undefined {
  const names = PUBLIC_MEMBERS.get(jwk.kty);
  if (!names?.every((name) => isBase64Url(jwk[name]))) return undefined;
  const members = ['kty', 'crv', ...names].map((name) => [name, jwk[name]]);
  try {
    return createPublicKey({ key: Object.fromEntries(members) as JsonWebKey, format: 'jwk' });
  } catch {
    return undefined;
  }
}

/** Node.js takes the characters that it does not know for nothing. */
function isBase64Url(value: unknown): boolean {
  return typeof value === 'string' && /^[\w-]+$/.test(value);
}

function isWeak({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): boolean {
  if (asymmetricKeyType !== 'rsa') return false;
  const { modulusLength = 0, publicExponent = 1n } = asymmetricKeyDetails ?? {};
  return modulusLength < LEAST_RSA_BITS || publicExponent < 3n || publicExponent % 2n === 0n;
}
