import { generateKeyPairSync, type JsonWebKey } from 'node:crypto';
import { KeySet } from './key-set.js';

const rsa = (modulusLength: number) => generateKeyPairSync('rsa', { modulusLength });
const publicJwk = (pair: { publicKey: { export(options: { format: 'jwk' }): JsonWebKey } }) =>
  pair.publicKey.export({ format: 'jwk' });

const PAIR = rsa(2_048);
const GOOD = { ...publicJwk(PAIR), kid: 'good' };
const P256 = publicJwk(generateKeyPairSync('ec', { namedCurve: 'P-256' }));
const ED25519 = publicJwk(generateKeyPairSync('ed25519'));

describe('A key set', () => {
  it.each<[string, unknown]>([
    ['is shorter than 2048 bits', publicJwk(rsa(1_024))],
    ['has a modulus that is not base64url', { ...GOOD, n: '!!' }],
    ['has a modulus with one foreign character', { ...GOOD, n: `${GOOD.n!.slice(0, -1)}!` }],
    ['has an empty modulus', { ...GOOD, n: '' }],
    ['has a modulus that is a number', { ...GOOD, n: 5 }],
    ['has no exponent', { ...GOOD, e: undefined }],
    ['has the exponent 1', { ...GOOD, e: 'AQ' }],
    ['has an even exponent', { ...GOOD, e: 'BA' }],
    ['is only a certificate', { kty: 'RSA', x5c: ['MIIB'] }],
    ['is for encryption', { ...GOOD, use: 'enc' }],
    ['is for a use that is no text', { ...GOOD, use: ['sig'] }],
    ['may only sign', { ...GOOD, key_ops: ['sign'] }],
    ['has operations as text', { ...GOOD, key_ops: 'verify' }],
    ['is of an unknown type', { kty: 'XYZ' }],
    ['has the type of an inherited member', { ...GOOD, kty: 'constructor' }],
    ['has no type', { n: GOOD.n, e: GOOD.e }],
    ['is symmetric', { kty: 'oct', k: 'c2VjcmV0', alg: 'RS256' }],
    ['comes with its private part', { ...PAIR.privateKey.export({ format: 'jwk' }), kid: 'good' }],
    ['comes with its private part alone', { ...GOOD, d: 'AQAB' }],
    ['has an algorithm that is no text', { ...GOOD, alg: 5 }],
    ['is on an unknown curve', { ...P256, crv: 'P-257' }],
    ['is no point of its curve', { ...P256, y: P256.x }],
    ['is half a point', { kty: 'EC', crv: 'P-256', x: P256.x }],
    ['is too short for its curve', { ...ED25519, x: 'AAAA' }],
    ['is null', null],
    ['is a list', []],
    ['is text', 'key'],
  ])('ignores a key that %s, and uses the others', (_, key) => {
    const set = KeySet.from({ keys: [key, GOOD] });

    expect(set?.ignored).toBe(1);
    for (const alg of ['RS256', 'PS256', 'ES256', 'EdDSA']) {
      expect(set?.keysFor({ alg })).toHaveLength(/^.S256$/.test(alg) && alg !== 'ES256' ? 1 : 0);
    }
  });

  it.each<[string, unknown, string, string]>([
    ['an RSA key', GOOD, 'RS256', 'ES256'],
    ['an RSA key for one algorithm', { ...GOOD, alg: 'PS256' }, 'PS256', 'RS256'],
    ['a key of P-256', P256, 'ES256', 'ES384'],
    ['a key of Ed25519', ED25519, 'EdDSA', 'ES256'],
    ['a key of X25519', publicJwk(generateKeyPairSync('x25519')), 'none', 'EdDSA'],
    ['a key for two operations', { ...GOOD, key_ops: ['encrypt', 'verify'] }, 'RS512', 'HS256'],
  ])('uses %s for what it is made for', (_, key, fitting, other) => {
    const set = KeySet.from({ keys: [key] });

    expect(set?.keysFor({ alg: fitting })).toHaveLength(fitting === 'none' ? 0 : 1);
    expect(set?.keysFor({ alg: other })).toEqual([]);
  });

  it('offers all keys of a kind where no key id is given, and else those with the id', () => {
    const twice = KeySet.from({ keys: [GOOD, { ...GOOD, kid: undefined }, GOOD] });

    expect(twice?.keysFor({ alg: 'RS256' })).toHaveLength(3);
    expect(twice?.keysFor({ alg: 'RS256', kid: 'good' })).toHaveLength(2);
    expect(twice?.keysFor({ alg: 'RS256', kid: 5 })).toEqual([]);
  });

  it.each([[{}], [{ keys: {} }], [{ keys: null }], [[GOOD]], [null], ['keys'], [undefined]])(
    'is not %j',
    (document) => {
      expect(KeySet.from(document)).toBeUndefined();
    },
  );
});
