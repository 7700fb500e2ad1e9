import { inspect } from 'node:util';
import { DEFAULT_LIMITS, readSecret } from '../../../test/simulation/keeper.js';
import { watch } from '../../../test/simulation/outcome.js';
import { pass } from '../../../test/simulation/pass.js';
import {
  failing,
  granting,
  HOUR,
  ignoringAbort,
  ScriptedIssuer,
  SECOND,
  silence,
  throwing,
} from '../../../test/simulation/scripted-issuer.js';
import { FakeClock } from '../../../test/support/fake-clock.js';
import { PhoenixError, type PhoenixErrorCode } from '../phoenix-error.js';
import type { CancelTimer, Random } from './clock.js';
import { TokenRenewal, type ClientSecretReader, type RenewalLimits } from './token-renewal.js';

interface Setting {
  readonly limits?: Partial<RenewalLimits>;
  readonly random?: Random;
  readonly clock?: FakeClock;
  readonly readClientSecret?: ClientSecretReader;
}

function setUp({
  limits = {},
  random = () => 1,
  clock = new FakeClock(),
  readClientSecret = readSecret,
}: Setting = {}) {
  const issuer = new ScriptedIssuer(clock);
  const renewal = new TokenRenewal(
    issuer,
    readClientSecret,
    { ...DEFAULT_LIMITS, ...limits },
    clock,
    random,
  );
  const abort = new AbortController();
  const run = (signal = abort.signal) => watch(renewal.run(signal));
  const requestTimes = () => issuer.requests.map(({ at }) => at.monotonicMs);
  return { clock, issuer, run, abort, requestTimes };
}

describe('a renewal', () => {
  it('takes one request when the issuer answers', async () => {
    const { clock, issuer, run } = setUp();
    const outcome = run();
    await clock.advance(0);
    expect(outcome.value?.token.value).toBe('token-1');
    expect(outcome.value?.attempts).toBe(1);
    expect(issuer.requests).toHaveLength(1);
    expect(clock.pendingTimers).toBe(0);
  });

  it('asks again after a passing failure and tells how many attempts it took', async () => {
    const { clock, issuer, run } = setUp();
    issuer.next(failing('server_error'), failing('network_error'));
    const outcome = run();
    await clock.advance(SECOND);
    expect(outcome.value?.token.value).toBe('token-3');
    expect(outcome.value?.attempts).toBe(3);
  });

  it.each<PhoenixErrorCode>(['network_error', 'timeout', 'rate_limited', 'server_error'])(
    'gives up after the configured number of attempts that end in %s',
    async (code) => {
      const { clock, issuer, run } = setUp({ limits: { maxAttempts: 4 } });
      issuer.always(failing(code));
      const outcome = run();
      await clock.advance(10 * SECOND);
      expect(outcome.error).toMatchObject({ code });
      expect(issuer.requests).toHaveLength(4);
      expect(clock.pendingTimers).toBe(0);
    },
  );

  it.each<PhoenixErrorCode>([
    'invalid_client',
    'unauthorized_client',
    'invalid_scope',
    'unsupported_grant_type',
    'invalid_grant',
    'invalid_request',
    'request_rejected',
    'redirect_refused',
    'invalid_response',
    'secret_unavailable',
  ])('does not ask again after %s', async (code) => {
    const { clock, issuer, run } = setUp();
    issuer.always(failing(code));
    const outcome = run();
    await clock.advance(10 * SECOND);
    expect(outcome.error).toMatchObject({ code });
    expect(issuer.requests).toHaveLength(1);
  });

  it('fails with the error of its last attempt', async () => {
    const { clock, issuer, run } = setUp();
    issuer.next(failing('network_error'), failing('server_error'), failing('rate_limited'));
    const outcome = run();
    await clock.advance(10 * SECOND);
    expect(outcome.error).toMatchObject({ code: 'rate_limited' });
  });

  it('does not change the error of the issuer', async () => {
    const { clock, issuer, run } = setUp();
    issuer.always(failing('server_error', { status: 503, retryAfterMs: 60_000 }));
    const outcome = run();
    await clock.advance(0);
    expect(outcome.error).toMatchObject({ status: 503, retryAfterMs: 60_000 });
  });
});

describe('the client secret', () => {
  it('is read anew for every request', async () => {
    const secrets = ['first', 'second'];
    const { clock, issuer, run } = setUp({
      readClientSecret: () => Promise.resolve(secrets.shift() ?? 'none'),
    });
    issuer.next(failing('server_error'));
    run();
    await clock.advance(SECOND);
    expect(issuer.requests.map(({ clientSecret }) => clientSecret)).toEqual(['first', 'second']);
  });

  it('that never comes ends the renewal by its own name, and the vendor is not asked', async () => {
    const { clock, issuer, run } = setUp({ readClientSecret: () => new Promise(() => undefined) });
    const outcome = run();
    await clock.advance(5 * SECOND);
    expect(outcome.error).toMatchObject({ code: 'secret_unavailable' });
    expect((outcome.error as PhoenixError).message).toContain('did not answer within 5000 ms');
    expect(issuer.requests).toHaveLength(0);
    expect(clock.pendingTimers).toBe(0);
  });

  it('takes nothing of the time of the request', async () => {
    const { clock, issuer, run } = setUp({
      readClientSecret: async () => {
        await pass(clock, 4 * SECOND, new AbortController().signal);
        return 's3cret';
      },
    });
    issuer.next(granting({ afterMs: 4 * SECOND }));
    const outcome = run();
    await clock.advance(8 * SECOND);
    expect(outcome.value?.attempts).toBe(1);
    expect(outcome.value?.token.remainingMs()).toBe(HOUR - 4 * SECOND);
  });

  it('that comes after an abort leads to no request', async () => {
    let give: ((secret: string) => void) | undefined;
    const { clock, issuer, run, abort } = setUp({
      readClientSecret: () => new Promise((resolve) => (give = resolve)),
    });
    const outcome = run();
    await clock.advance(SECOND);
    abort.abort(new PhoenixError('shut_down', 'over'));
    give?.('s3cret');
    await clock.advance(SECOND);
    expect(outcome.error).toMatchObject({ code: 'shut_down' });
    expect(issuer.requests).toHaveLength(0);
  });
});

describe('the pauses of a renewal', () => {
  it('double, with full jitter', async () => {
    const { clock, issuer, run, requestTimes } = setUp({
      limits: { maxAttempts: 5 },
      random: () => 0.5,
    });
    issuer.always(failing('server_error'));
    run();
    await clock.advance(10 * SECOND);
    expect(requestTimes()).toEqual([0, 125, 375, 875, 1_875]);
  });

  it('are as long as the vendor asks', async () => {
    const { clock, issuer, run, requestTimes } = setUp();
    issuer.next(failing('rate_limited', { retryAfterMs: 3 * SECOND }));
    const outcome = run();
    await clock.advance(3 * SECOND - 1);
    expect(requestTimes()).toEqual([0]);
    await clock.advance(1);
    expect(outcome.value?.attempts).toBe(2);
  });

  it('end the renewal at once when the vendor asks for more time than there is', async () => {
    const { clock, issuer, run } = setUp();
    issuer.always(failing('rate_limited', { retryAfterMs: 10 * SECOND }));
    const outcome = run();
    await clock.advance(0);
    expect(outcome.error).toMatchObject({ code: 'rate_limited', retryAfterMs: 10 * SECOND });
    expect(issuer.requests).toHaveLength(1);
  });

  it('never exceed half a minute of our own accord, however patient the limits', async () => {
    const limits = { maxAttempts: 10, acquireTimeoutMs: 300 * SECOND };
    const { clock, issuer, run, requestTimes } = setUp({ limits });
    issuer.always(failing('server_error'));
    run();
    await clock.advance(300 * SECOND);
    const times = requestTimes();
    const pauses = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(pauses).toEqual([250, 500, 1e3, 2e3, 4e3, 8e3, 16e3, 30e3, 30e3]);
  });

  it('are kept by the next renewal when the one that was told to pause is aborted', async () => {
    const { clock, issuer, run, abort, requestTimes } = setUp();
    issuer.next(failing('rate_limited', { retryAfterMs: 4 * SECOND }));
    run();
    await clock.advance(SECOND);
    abort.abort();
    const successor = run(new AbortController().signal);
    await clock.advance(3 * SECOND - 1);
    expect(requestTimes()).toEqual([0]);
    await clock.advance(1);
    expect(successor.value?.attempts).toBe(1);
    expect(requestTimes()).toEqual([0, 4 * SECOND]);
  });
});

describe('the deadline of a renewal', () => {
  it('counts attempts and pauses', async () => {
    const { clock, issuer, run, requestTimes } = setUp({ limits: { maxAttempts: 10 } });
    issuer.always(failing('network_error', { afterMs: 4 * SECOND }));
    const outcome = run();
    await clock.advance(10 * SECOND - 1);
    expect(outcome.ended).toBe(false);
    await clock.advance(1);
    expect(outcome.error).toMatchObject({ code: 'timeout' });
    expect(requestTimes()).toEqual([0, 4_250, 8_750]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('leaves the last attempt only the time that is left', async () => {
    const { clock, issuer, run } = setUp();
    issuer.always(silence());
    const outcome = run();
    await clock.advance(10 * SECOND);
    expect(outcome.error).toMatchObject({ code: 'timeout' });
    expect((outcome.error as PhoenixError).message).toContain('within 4750 ms');
    expect(issuer.requests).toHaveLength(2);
  });

  it('is not outwitted by a timer that fires late', async () => {
    class LateClock extends FakeClock {
      override schedule(callback: () => void, delayMs: number): CancelTimer {
        return super.schedule(callback, delayMs + 20 * SECOND);
      }
    }
    const { clock, issuer, run } = setUp({ clock: new LateClock() });
    issuer.always(failing('server_error'));
    const outcome = run();
    await clock.advance(60 * SECOND);
    expect(outcome.error).toMatchObject({ code: 'server_error' });
    expect(issuer.requests).toHaveLength(1);
  });

  it('does not follow the wall clock', async () => {
    const { clock, issuer, run } = setUp();
    issuer.next(failing('server_error'));
    const outcome = run();
    clock.stepWall(HOUR);
    await clock.advance(SECOND);
    expect(outcome.value?.attempts).toBe(2);
  });
});

describe('the timeout of an attempt', () => {
  it('aborts the request, says so, and leads to the next attempt', async () => {
    const { clock, issuer, run } = setUp();
    issuer.next(granting({ afterMs: 5 * SECOND + 1 }));
    const outcome = run();
    await clock.advance(5 * SECOND);
    expect(issuer.requests[0]?.signal.aborted).toBe(true);
    expect(issuer.requests[0]?.signal.reason).toMatchObject({ code: 'timeout' });
    await clock.advance(SECOND);
    expect(outcome.value).toMatchObject({ attempts: 2, token: { lifetimeMs: HOUR } });
  });

  it('does not cut off an answer that comes in time', async () => {
    const { clock, issuer, run } = setUp();
    issuer.next(granting({ afterMs: 5 * SECOND - 1 }));
    const outcome = run();
    await clock.advance(5 * SECOND);
    expect(outcome.value?.attempts).toBe(1);
  });

  it('does not depend on the issuer minding its signal', async () => {
    const { clock, issuer, run } = setUp();
    issuer.next(silence());
    const outcome = run();
    await clock.advance(5_250);
    expect(outcome.value?.attempts).toBe(2);
  });

  it('forgets what an issuer sends after it', async () => {
    const { clock, issuer, run } = setUp();
    issuer.next(ignoringAbort(5 * SECOND + 1, { value: 'late' }));
    const outcome = run();
    await clock.advance(10 * SECOND);
    expect(outcome.value?.token.value).toBe('token-2');
  });
});

describe('the abort of a renewal', () => {
  const reason = new PhoenixError('shut_down', 'over');

  it.each([
    ['while the issuer thinks', granting({ afterMs: 3 * SECOND })],
    ['while the issuer ignores it', silence()],
    ['during a pause', failing('rate_limited', { retryAfterMs: 3 * SECOND })],
  ])('ends it at once %s', async (_, answer) => {
    const { clock, issuer, run, abort } = setUp();
    issuer.next(answer);
    const outcome = run();
    await clock.advance(SECOND);
    expect(outcome.ended).toBe(false);
    abort.abort(reason);
    await clock.advance(0);
    expect(outcome.error).toBe(reason);
    await clock.advance(20 * SECOND);
    expect(issuer.requests).toHaveLength(1);
    expect(clock.pendingTimers).toBe(0);
  });

  it('ends it without another attempt when the reason is not one of ours', async () => {
    const { clock, issuer, run, abort } = setUp({ random: () => 0 });
    issuer.always(silence());
    const outcome = run();
    await clock.advance(SECOND);
    abort.abort();
    await clock.advance(20 * SECOND);
    expect(outcome.ended).toBe(true);
    expect(issuer.requests).toHaveLength(1);
  });

  it('is passed on to the issuer', async () => {
    const { clock, issuer, run, abort } = setUp();
    issuer.next(silence());
    run();
    await clock.advance(SECOND);
    expect(issuer.requests[0]?.signal.aborted).toBe(false);
    abort.abort(reason);
    expect(issuer.requests[0]?.signal.reason).toBe(reason);
  });
});

describe('a foreign error', () => {
  const SECRET = 'client-secret-in-the-request';

  it.each([
    ['an error', Object.assign(new Error(SECRET), { config: { data: SECRET } })],
    ['a string', SECRET],
    ['nothing', undefined],
    ['an error that only looks like ours', { code: 'invalid_client', message: SECRET }],
  ])('that is %s is replaced, and asked past', async (_, thrown) => {
    const { clock, issuer, run } = setUp();
    issuer.always(throwing(thrown));
    const outcome = run();
    await clock.advance(10 * SECOND);
    expect(outcome.error).toBeInstanceOf(PhoenixError);
    expect(outcome.error).toMatchObject({ code: 'network_error' });
    expect((outcome.error as PhoenixError).cause).toBeUndefined();
    expect(inspect(outcome.error, { showHidden: true, depth: 9 })).not.toContain(SECRET);
    expect(issuer.requests).toHaveLength(3);
  });

  it('that is thrown before there is a promise is no different', async () => {
    const { clock, issuer, run } = setUp();
    issuer.next(() => {
      throw new Error(SECRET);
    });
    const outcome = run();
    await clock.advance(SECOND);
    expect(outcome.value?.attempts).toBe(2);
  });
});
