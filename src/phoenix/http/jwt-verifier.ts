import {
  createRemoteJWKSet,
  errors,
  jwtVerify,
  type CryptoKey,
  type JWTPayload,
  type JWTVerifyOptions,
} from 'jose';
import type { PhoenixSettings } from '../phoenix.settings.js';

export type JwtSettings = NonNullable<PhoenixSettings['jwt']>;

/** Checks a JWT, and tells its claims. */
export type VerifyJwt = (token: string) => Promise<JWTPayload>;

/** Checks JWTs as the option `jwt` wants it. */
export function verifierFor(jwt: JwtSettings): VerifyJwt {
  const options: JWTVerifyOptions = {
    algorithms: [...jwt.algorithms],
    clockTolerance: jwt.clockToleranceSeconds,
    requiredClaims: ['exp'],
    ...(jwt.issuer !== undefined && { issuer: jwt.issuer }),
    ...(jwt.audience !== undefined && { audience: jwt.audience }),
  };
  const { secret } = jwt;
  if (secret !== undefined) {
    return async (token) => (await jwtVerify(token, secret, options)).payload;
  }
  return withKeySet(new URL(jwt.jwksUrl ?? ''), options);
}

/** The issuer's keys, fetched anew every ten minutes, and earlier for a key that is new. */
function withKeySet(url: URL, options: JWTVerifyOptions): VerifyJwt {
  const keys = createRemoteJWKSet(url);
  const verify = async (token: string): Promise<JWTPayload> => {
    try {
      return (await jwtVerify(token, keys, options)).payload;
    } catch (error) {
      if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
      return verifyWithAnyOf(error, token, options);
    }
  };
  return async (token) => {
    try {
      return await verify(token);
    } catch (error) {
      // Without a key id, nothing else tells that a token was signed with a key that is new.
      if (!(error instanceof errors.JWSSignatureVerificationFailed) || keys.coolingDown)
        throw error;
      await keys.reload().catch(() => {
        throw error;
      });
      return verify(token);
    }
  };
}

/** Without a key id, a token may be signed with any key of its kind: during a rotation there are two. */
async function verifyWithAnyOf(
  keys: AsyncIterable<CryptoKey>,
  token: string,
  options: JWTVerifyOptions,
): Promise<JWTPayload> {
  for await (const key of keys) {
    try {
      return (await jwtVerify(token, key, options)).payload;
    } catch (error) {
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
    }
  }
  throw new errors.JWSSignatureVerificationFailed();
}
