import { PhoenixTokenService } from '../../src/phoenix/token/phoenix-token.service.js';
import { FakeClock } from '../support/fake-clock.js';
import { keeperOf } from './keeper.js';
import { watch } from './outcome.js';
import { prng } from './prng.js';
import {
  failing,
  granting,
  HOUR,
  MINUTE,
  ScriptedIssuer,
  SECOND,
  silence,
} from './scripted-issuer.js';

const CALLERS = 10_000;

function setUp() {
  const clock = new FakeClock();
  const issuer = new ScriptedIssuer(clock);
  const service = new PhoenixTokenService({ keeper: keeperOf({ issuer, clock }) });
  const stampede = (options?: () => { signal?: AbortSignal }) =>
    Array.from({ length: CALLERS }, () => watch(service.getAccessToken(options?.())));
  return { clock, issuer, service, stampede };
}

describe('ten thousand callers at once', () => {
  it('cause one request when there is no token yet, and all get its token', async () => {
    const { clock, issuer, stampede } = setUp();
    issuer.next(granting({ afterMs: SECOND }));
    const callers = stampede();
    await clock.advance(SECOND);
    expect(new Set(callers.map(({ value }) => value))).toEqual(new Set(['token-1']));
    expect(issuer.requests).toHaveLength(1);
  });

  it('cause one request when they trickle in while it is under way', async () => {
    const { clock, issuer, service } = setUp();
    issuer.next(granting({ afterMs: SECOND }));
    const callers = [];
    for (let tick = 0; tick < 100; tick++) {
      for (let count = 0; count < 100; count++) callers.push(watch(service.getAccessToken()));
      await clock.advance(10);
    }
    expect(new Set(callers.map(({ value }) => value))).toEqual(new Set(['token-1']));
    expect(issuer.requests).toHaveLength(1);
  });

  it('cause one request when the token is stale, and none of them waits', async () => {
    const { clock, issuer, service, stampede } = setUp();
    await service.getAccessToken();
    await clock.advance(HOUR - 5 * MINUTE);
    issuer.next(silence());
    const callers = stampede();
    await clock.advance(0);
    expect(new Set(callers.map(({ value }) => value))).toEqual(new Set(['token-1']));
    expect(issuer.requests).toHaveLength(2);
  });

  it('cause one request when the token has expired', async () => {
    const { clock, issuer, service, stampede } = setUp();
    await service.getAccessToken();
    await clock.advance(HOUR);
    const callers = stampede();
    await clock.advance(0);
    expect(new Set(callers.map(({ value }) => value))).toEqual(new Set(['token-2']));
    expect(issuer.requests).toHaveLength(2);
  });

  it('cause one request when all of them report the same token', async () => {
    const { clock, issuer, service, stampede } = setUp();
    const token = await service.getAccessToken();
    const reports = Array.from({ length: CALLERS }, () => service.invalidate(token));
    const callers = stampede();
    await clock.advance(0);
    expect(reports.filter(Boolean)).toHaveLength(1);
    expect(new Set(callers.map(({ value }) => value))).toEqual(new Set(['token-2']));
    expect(issuer.requests).toHaveLength(2);
  });

  it('cause the attempts of one renewal when it fails, and all get its error', async () => {
    const { clock, issuer, stampede } = setUp();
    issuer.always(failing('server_error', { afterMs: SECOND }));
    const callers = stampede();
    await clock.advance(5 * SECOND);
    expect(new Set(callers.map(({ error }) => error)).size).toBe(1);
    expect(callers[0]?.error).toMatchObject({ code: 'server_error' });
    expect(issuer.requests).toHaveLength(3);
  });

  it('cause nothing more when they come back at once after that failure', async () => {
    const { clock, issuer, stampede } = setUp();
    issuer.always(failing('invalid_client'));
    stampede();
    await clock.advance(0);
    const callers = stampede();
    await clock.advance(0);
    expect(callers.filter(({ error }) => error !== undefined)).toHaveLength(CALLERS);
    expect(issuer.requests).toHaveLength(1);
  });

  it('of whom many give up still cause one request, and the others get its token', async () => {
    const { clock, issuer, stampede } = setUp();
    issuer.next(granting({ afterMs: 4 * SECOND }));
    const random = prng(1);
    const reason = new Error('gone');
    const impatient: number[] = [];
    let caller = 0;
    const callers = stampede(() => {
      const index = caller++;
      if (random() < 0.5) return {};
      impatient.push(index);
      const abort = new AbortController();
      clock.schedule(
        () => {
          abort.abort(reason);
        },
        random() * 3 * SECOND,
      );
      return { signal: abort.signal };
    });
    await clock.advance(4 * SECOND);
    const gone = callers.flatMap(({ error }, index) => (error === reason ? [index] : []));
    const served = callers.filter(({ value }) => value === 'token-1');
    expect(impatient.length).toBeGreaterThan(CALLERS / 3);
    expect(gone).toEqual(impatient);
    expect(served).toHaveLength(CALLERS - impatient.length);
    expect(issuer.requests).toHaveLength(1);
    expect(issuer.requests[0]?.signal.aborted).toBe(false);
  });

  it('who all give up leave the token to those who come after', async () => {
    const { clock, issuer, service, stampede } = setUp();
    issuer.next(granting({ afterMs: SECOND }));
    const aborts: AbortController[] = [];
    const callers = stampede(() => {
      const abort = new AbortController();
      aborts.push(abort);
      return { signal: abort.signal };
    });
    await clock.advance(500);
    for (const abort of aborts) abort.abort();
    await clock.advance(500);
    expect(callers.filter(({ error }) => error !== undefined)).toHaveLength(CALLERS);
    await expect(service.getAccessToken()).resolves.toBe('token-1');
    expect(issuer.requests).toHaveLength(1);
  });
});
