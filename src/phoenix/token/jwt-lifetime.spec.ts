import { jwtLifetimeMs } from './jwt-lifetime.js';

const NOW_S = 1_800_000_000;
const NOW = NOW_S * 1000;
const HOUR_S = 3_600;

function jwt(payload: unknown): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'HS256', typ: 'JWT' })}.${part(payload)}.c2lnbmF0dXJl`;
}

function rawJwt(payload: string): string {
  return `eyJhbGciOiJIUzI1NiJ9.${Buffer.from(payload).toString('base64url')}.c2lnbmF0dXJl`;
}

describe('the life a JWT tells', () => {
  const fresh = jwt({ iat: NOW_S, exp: NOW_S + HOUR_S });

  it('is exp minus the vendor’s own time, when the reply tells it', () => {
    expect(jwtLifetimeMs(fresh, { vendorTimeMs: NOW, wallMs: NOW })).toBe(HOUR_S * 1000);
  });

  it.each([
    ['hours ahead', 5 * HOUR_S * 1000],
    ['hours behind', -5 * HOUR_S * 1000],
  ])('is not touched by our clock being %s, when the reply tells it', (_, errorMs) => {
    expect(jwtLifetimeMs(fresh, { vendorTimeMs: NOW, wallMs: NOW + errorMs })).toBe(HOUR_S * 1000);
  });

  it('counts from that time even though the token was issued earlier', () => {
    const old = jwt({ iat: NOW_S - 1_800, exp: NOW_S + 1_800 });
    expect(jwtLifetimeMs(old, { vendorTimeMs: NOW, wallMs: NOW })).toBe(1_800_000);
  });

  it('is negative for a token that was dead on arrival', () => {
    const dead = jwt({ iat: NOW_S - HOUR_S, exp: NOW_S - 1 });
    expect(jwtLifetimeMs(dead, { vendorTimeMs: NOW, wallMs: NOW })).toBe(-1_000);
  });

  describe('without a Date', () => {
    const vendorTimeMs = undefined;

    it('is exp minus our own time for a token that is older than the reply', () => {
      const old = jwt({ iat: NOW_S - 1_800, exp: NOW_S + 1_800 });
      expect(jwtLifetimeMs(old, { vendorTimeMs, wallMs: NOW })).toBe(1_800_000);
    });

    it('counts from the end of the second of iat when our clock is behind it', () => {
      expect(jwtLifetimeMs(fresh, { vendorTimeMs, wallMs: NOW - 600_000 })).toBe(3_599_000);
    });

    it('counts from that when our clock is so far ahead that the token would be dead', () => {
      const wallMs = NOW + 2 * HOUR_S * 1000;
      expect(jwtLifetimeMs(fresh, { vendorTimeMs, wallMs })).toBe(3_599_000);
    });

    it('counts from our own time when the token has no iat', () => {
      const silent = jwt({ exp: NOW_S + 100 });
      expect(jwtLifetimeMs(silent, { vendorTimeMs, wallMs: NOW })).toBe(100_000);
    });
  });

  it.each([
    ['an opaque token', 'a1b2c3d4e5'],
    ['two dots and nothing else', '..'],
    ['a payload that is not JSON', rawJwt('hello')],
    ['a payload that is no object', rawJwt('[1]')],
    ['a payload that is null', rawJwt('null')],
    ['a payload beyond base64url', rawJwt('{"exp":1}').replace(/\.c/, '!.c')],
    ['four parts', `${jwt({ exp: NOW_S })}.more`],
    ['five parts, encrypted', 'eyJhbGciOiJkaXIifQ..aXY.Y2lwaGVy.dGFn'],
    ['nesting without end', rawJwt('['.repeat(200_000))],
    ['no exp', jwt({ iat: NOW_S })],
    ['exp as text', jwt({ exp: String(NOW_S) })],
    ['exp null', jwt({ exp: null })],
    ['an exp beyond all numbers', rawJwt('{"exp":1e999}')],
    ['exp and iat beyond all milliseconds', rawJwt('{"iat":1e308,"exp":1e308}')],
  ])('is unknown for %s', (_, token) => {
    expect(jwtLifetimeMs(token, { vendorTimeMs: undefined, wallMs: NOW })).toBeUndefined();
  });

  it.each([
    ['iat as text', jwt({ iat: 'yesterday', exp: NOW_S + 100 })],
    ['an iat beyond all numbers', rawJwt(`{"iat":1e999,"exp":${NOW_S + 100}}`)],
    ['an iat beyond all milliseconds', rawJwt(`{"iat":1e306,"exp":${NOW_S + 100}}`)],
  ])('takes no notice of %s', (_, token) => {
    expect(jwtLifetimeMs(token, { vendorTimeMs: undefined, wallMs: NOW })).toBe(100_000);
  });
});
