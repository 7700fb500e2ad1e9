import { createSecretKey, KeyObject } from 'node:crypto';
import { z } from 'zod';
import { secureUrl } from './secure-url.js';
import { ACROSS_FIELDS, seconds } from './setting-rules.js';

/** How long a secret must be at least (RFC 7518 §3.2). */
const LEAST_SECRET_BYTES = new Map([
  ['HS256', 32],
  ['HS384', 48],
  ['HS512', 64],
]);
const ASYMMETRIC_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
];

/** The option `jwt`, complete and checked; its secret stands behind a key object. */
export const jwt = z
  .strictObject({
    secret: z
      .preprocess(
        textOf,
        z
          .string()
          .refine((secret) => Buffer.byteLength(secret) >= 32, 'is shorter than 32 bytes')
          .transform((secret): KeyObject => createSecretKey(Buffer.from(secret))),
      )
      .optional(),
    jwksUrl: secureUrl.optional(),
    issuer: z.string().min(1).optional(),
    audience: z.string().min(1).optional(),
    algorithms: z.array(z.string()).min(1).readonly().optional(),
    clockToleranceSeconds: seconds(0, 300, 5),
  })
  .superRefine((options, context) => {
    const problem = (path: string, message: string): void => {
      context.addIssue({ code: 'custom', path: [path], message });
    };
    const { secret, jwksUrl } = options;
    if ((secret === undefined) === (jwksUrl === undefined)) {
      const count = secret === undefined ? 'neither' : 'both';
      context.addIssue({ code: 'custom', message: `has ${count} of secret and jwksUrl` });
      return;
    }
    if (jwksUrl !== undefined) {
      if (options.issuer === undefined) problem('issuer', 'is missing');
      if (options.audience === undefined) problem('audience', 'is missing');
    }
    const accepted = secret === undefined ? ASYMMETRIC_ALGORITHMS : [...LEAST_SECRET_BYTES.keys()];
    if (!Array.isArray(options.algorithms)) return;
    const algorithms = options.algorithms as readonly string[];
    if (algorithms.some((name) => !accepted.includes(name))) {
      problem('algorithms', 'names an algorithm that does not fit the key');
    }
    const demanding = algorithms.find((name) => isTooShort(secret, name));
    if (demanding !== undefined) {
      const bytes = LEAST_SECRET_BYTES.get(demanding);
      problem('secret', `is shorter than the ${bytes} bytes of ${demanding}`);
    }
  }, ACROSS_FIELDS)
  .transform((options) => ({
    ...options,
    algorithms:
      options.algorithms ??
      (options.secret === undefined ? ['RS256', 'PS256', 'ES256', 'EdDSA'] : ['HS256']),
  }));

/** What a function throws may hold the secret, and is left out. */
function textOf(source: unknown): unknown {
  if (typeof source !== 'function') return source;
  try {
    return (source as () => unknown)();
  } catch {
    return '';
  }
}

/** A secret that is wrong by itself is still text. */
function isTooShort(secret: unknown, algorithm: string): boolean {
  const { symmetricKeySize = Infinity } = secret instanceof KeyObject ? secret : {};
  return symmetricKeySize < (LEAST_SECRET_BYTES.get(algorithm) ?? 0);
}
