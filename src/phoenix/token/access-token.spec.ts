import { Console } from 'node:console';
import { PassThrough } from 'node:stream';
import { format, inspect } from 'node:util';
import { FakeClock } from '../../../test/support/fake-clock.js';
import { AccessToken, fingerprintOf, instantOf } from './access-token.js';

const SECRET = 'eyJhbGciOiJIUzI1NiJ9.c2VjcmV0.c2lnbmF0dXJl';
const HOUR = 3_600_000;

function tokenOn(clock: FakeClock, lifetimeMs = HOUR): AccessToken {
  return new AccessToken(
    { value: SECRET, requestedAt: instantOf(clock), lifetimeMs, scope: ['iframe'] },
    clock,
  );
}

describe('the secret of an access token', () => {
  const token = tokenOn(new FakeClock());

  it('is there for those who ask for it', () => {
    expect(token.value).toBe(SECRET);
  });

  it.each<[string, () => string]>([
    ['String()', () => String(token)],
    ['a template', () => `token: ${token as unknown as string}`],
    ['concatenation', () => 'token: ' + (token as unknown as string)],
    ['JSON.stringify', () => JSON.stringify(token)],
    ['JSON.stringify of what holds it', () => JSON.stringify({ a: [token] })],
    ['inspect', () => inspect(token)],
    ['inspect of what holds it', () => inspect({ a: { b: [token], c: new Map([[1, token]]) } })],
    ['inspect with showHidden', () => inspect(token, { showHidden: true, depth: Infinity })],
    ['inspect past custom inspection', () => inspect(token, { customInspect: false, depth: 9 })],
    [
      'inspect of everything, past custom inspection',
      () => inspect({ token }, { customInspect: false, showHidden: true, depth: Infinity }),
    ],
    ['format %s', () => format('%s', token)],
    ['format %o', () => format('%o', token)],
    ['format %O', () => format('%O', token)],
    ['format %j', () => format('%j', token)],
    ['an error that is caused by it', () => inspect(new Error('failed', { cause: token }))],
    ['a copy of its properties', () => JSON.stringify(Object.assign({}, token))],
    ['a structured clone', () => inspect(structuredClone(Object.assign({}, token)))],
    ['its property names and values', () => JSON.stringify(Object.entries(token))],
  ])('is not in %s', (_, print) => {
    expect(print()).not.toContain(SECRET);
  });

  it('is not in what the console prints', () => {
    const stream = new PassThrough();
    const console = new Console(stream);
    console.log(token, { token });
    console.log('%s %o %O %j', token, token, token, token);
    console.dir(token, { showHidden: true, depth: 9 });
    console.table([token]);
    const printed = String(stream.read());
    expect(printed).toContain(token.fingerprint);
    expect(printed).not.toContain(SECRET);
  });

  it('is represented by the fingerprint', () => {
    expect(String(token)).toBe(
      `AccessToken(${fingerprintOf(SECRET)}, expires 2026-01-01T01:00:00.000Z)`,
    );
    expect(JSON.parse(JSON.stringify(token))).toEqual({
      fingerprint: fingerprintOf(SECRET),
      expiresAt: '2026-01-01T01:00:00.000Z',
      scope: ['iframe'],
    });
  });
});

describe('fingerprintOf', () => {
  it('tells tokens apart in 16 hex digits', () => {
    expect(fingerprintOf(SECRET)).toMatch(/^[0-9a-f]{16}$/);
    expect(fingerprintOf(SECRET)).toBe(fingerprintOf(SECRET));
    expect(fingerprintOf(SECRET)).not.toBe(fingerprintOf(`${SECRET}x`));
  });
});

describe('the life of an access token', () => {
  it('counts from the start of the request, not from the reply', async () => {
    const clock = new FakeClock();
    const requestedAt = instantOf(clock);
    await clock.advance(4_000);
    const token = new AccessToken(
      { value: SECRET, requestedAt, lifetimeMs: HOUR, scope: [] },
      clock,
    );
    expect(token.remainingMs()).toBe(HOUR - 4_000);
    expect(token.ageMs()).toBe(4_000);
    expect(token.obtainedAt).toEqual(new Date('2026-01-01T00:00:00Z'));
    expect(token.expiresAt).toEqual(new Date('2026-01-01T01:00:00Z'));
  });

  it('runs down to nothing and beyond', async () => {
    const clock = new FakeClock();
    const token = tokenOn(clock, 10_000);
    await clock.advance(9_001);
    expect(token.expiresIn()).toBe(0);
    expect(token.remainingMs()).toBe(999);
    await clock.advance(2_000);
    expect(token.expiresIn()).toBe(0);
    expect(token.remainingMs()).toBe(-1_001);
  });

  it('is told in whole seconds that are surely left', async () => {
    const clock = new FakeClock();
    const token = tokenOn(clock, 10_000);
    await clock.advance(1);
    expect(token.expiresIn()).toBe(9);
  });

  it('goes on while the machine is suspended', () => {
    const clock = new FakeClock();
    const token = tokenOn(clock);
    clock.suspend(2 * HOUR);
    expect(token.remainingMs()).toBe(-HOUR);
    expect(token.ageMs()).toBe(2 * HOUR);
  });

  it('is not prolonged by a wall clock that is set back', async () => {
    const clock = new FakeClock();
    const token = tokenOn(clock);
    clock.stepWall(-24 * HOUR);
    await clock.advance(HOUR);
    expect(token.remainingMs()).toBe(0);
    expect(token.ageMs()).toBe(HOUR);
  });

  it('is cut short by a wall clock that is set forward, for nobody knows which clock is right', () => {
    const clock = new FakeClock();
    const token = tokenOn(clock);
    clock.stepWall(HOUR / 2);
    expect(token.remainingMs()).toBe(HOUR / 2);
    expect(token.ageMs()).toBe(HOUR / 2);
  });
});

describe('an access token', () => {
  it('is always a bearer token', () => {
    expect(tokenOn(new FakeClock()).tokenType).toBe('Bearer');
  });

  it('cannot be changed by anyone it is handed to', () => {
    const token = tokenOn(new FakeClock());
    expect(() => Object.assign(token, { lifetimeMs: 0 })).toThrow(TypeError);
    expect(() => (token.scope as string[]).push('more')).toThrow(TypeError);
    token.expiresAt.setTime(0);
    token.obtainedAt.setTime(0);
    expect(token.expiresAt).toEqual(new Date('2026-01-01T01:00:00Z'));
    expect(token.obtainedAt).toEqual(new Date('2026-01-01T00:00:00Z'));
  });

  it('does not share its scope with the list it was made from', () => {
    const clock = new FakeClock();
    const scope = ['iframe'];
    const token = new AccessToken(
      { value: SECRET, requestedAt: instantOf(clock), lifetimeMs: HOUR, scope },
      clock,
    );
    scope.push('more');
    expect(token.scope).toEqual(['iframe']);
  });
});

describe('which of two tokens outlives the other', () => {
  const clock = new FakeClock();
  const lasting = (lifetimeMs: number, value = SECRET) =>
    new AccessToken({ value, requestedAt: instantOf(clock), lifetimeMs, scope: [] }, clock);

  it.each([
    ['the later one of two tokens', lasting(HOUR + 1, 'another'), true],
    ['neither of two that end together', lasting(HOUR, 'another'), false],
    ['not the same one, whose age is not known exactly', lasting(HOUR + 2_000), false],
    ['the same one when it was issued anew', lasting(HOUR + 2_001), true],
  ])('%s', (_, other, does) => {
    expect(other.outlives(lasting(HOUR))).toBe(does);
    expect(lasting(HOUR).outlives(other)).toBe(false);
  });
});
