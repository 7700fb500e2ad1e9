import { inspect } from 'node:util';
import {
  DEFAULT_POLICY,
  eventsOf,
  keeperOf,
  type KeeperParts,
} from '../../../test/simulation/keeper.js';
import { watch } from '../../../test/simulation/outcome.js';
import {
  failing,
  granting,
  HOUR,
  ignoringAbort,
  MINUTE,
  ScriptedIssuer,
  SECOND,
  silence,
  WithheldAnswer,
} from '../../../test/simulation/scripted-issuer.js';
import { FakeClock } from '../../../test/support/fake-clock.js';
import type { PhoenixError } from '../phoenix-error.js';
import { AccessToken, fingerprintOf } from './access-token.js';
import type { RefreshTrigger } from './token-events.js';
import { TokenKeeper } from './token-keeper.js';

const down = failing('network_error');
/** With `random: () => 0`, the first pause after a renewal that ended in `down`. */
const FIRST_COOLDOWN = 500;

function setUp(parts: Partial<KeeperParts> = {}) {
  const clock = new FakeClock();
  const issuer = new ScriptedIssuer(clock);
  const keeper = keeperOf({ issuer, clock, ...parts });
  return { clock, issuer, keeper, events: eventsOf(keeper) };
}

type Setting = ReturnType<typeof setUp>;

/** A keeper that holds `token-1`, just obtained. */
async function setUpWithToken(parts: Partial<KeeperParts> = {}, lifetimeMs = HOUR) {
  const setting = setUp(parts);
  setting.issuer.next(granting({ lifetimeMs }));
  await setting.keeper.renew('startup');
  setting.events.length = 0;
  return setting;
}

/** What a caller of the service does. */
function ask(keeper: TokenKeeper, signal?: AbortSignal): Promise<AccessToken> {
  return Promise.resolve(keeper.peek() ?? keeper.obtain(signal));
}

async function valueFor({ keeper, clock }: Setting): Promise<string | undefined> {
  const outcome = watch(ask(keeper));
  await clock.advance(0);
  return outcome.value?.value;
}

describe('a caller', () => {
  it('who is the first waits for the token', async () => {
    const { clock, issuer, keeper } = setUp();
    issuer.next(granting({ afterMs: 2 * SECOND }));
    const caller = watch(ask(keeper));
    await clock.advance(SECOND);
    expect(caller.ended).toBe(false);
    await clock.advance(SECOND);
    expect(caller.value?.value).toBe('token-1');
  });

  it('gets a fresh token at once, and causes no request', async () => {
    const { clock, issuer, keeper } = await setUpWithToken();
    await clock.advance(HOUR - 10 * MINUTE - 1);
    expect(keeper.peek()?.value).toBe('token-1');
    await clock.advance(0);
    expect(issuer.requests).toHaveLength(1);
  });

  it('gets a stale token at once, and has it renewed behind the scenes', async () => {
    const { clock, issuer, keeper } = await setUpWithToken();
    await clock.advance(HOUR - 10 * MINUTE);
    issuer.next(granting({ afterMs: 3 * SECOND }));
    expect(keeper.peek()?.value).toBe('token-1');
    await clock.advance(2 * SECOND);
    expect(keeper.peek()?.value).toBe('token-1');
    await clock.advance(SECOND);
    expect(keeper.peek()?.value).toBe('token-2');
    expect(issuer.requests).toHaveLength(2);
  });

  it('causes one request even when a thousand find the token stale', async () => {
    const { clock, issuer, keeper } = await setUpWithToken();
    await clock.advance(HOUR - 10 * MINUTE);
    for (let caller = 0; caller < 1_000; caller++) keeper.peek();
    await clock.advance(0);
    expect(issuer.requests).toHaveLength(2);
  });

  it('who finds less than the promised life left waits for the new token', async () => {
    const setting = await setUpWithToken();
    const { clock, issuer, keeper } = setting;
    await clock.advance(HOUR - 60 * SECOND + 1);
    issuer.next(granting({ afterMs: 3 * SECOND }));
    const caller = watch(ask(keeper));
    await clock.advance(2 * SECOND);
    expect(caller.ended).toBe(false);
    await clock.advance(SECOND);
    expect(caller.value?.value).toBe('token-2');
  });

  it('gets the old token after all when the renewal fails and the token is still usable', async () => {
    const { clock, issuer, keeper } = await setUpWithToken();
    await clock.advance(HOUR - 50 * SECOND);
    issuer.always(down);
    const caller = watch(ask(keeper));
    await clock.advance(SECOND);
    expect(caller.value?.value).toBe('token-1');
    expect(issuer.requests).toHaveLength(4);
  });

  it('gets the old token at once while that failure stands', async () => {
    const setting = await setUpWithToken();
    const { clock, issuer, keeper } = setting;
    await clock.advance(HOUR - 50 * SECOND);
    issuer.always(failing('invalid_client'));
    await ask(keeper);
    expect(await valueFor(setting)).toBe('token-1');
    expect(issuer.requests).toHaveLength(2);
  });

  it('gets no old token that died while the renewal was failing', async () => {
    const { clock, issuer, keeper } = await setUpWithToken();
    await clock.advance(HOUR - 31 * SECOND);
    issuer.always(silence());
    const caller = watch(ask(keeper));
    await clock.advance(10 * SECOND);
    expect(caller.error).toMatchObject({ code: 'timeout' });
  });

  it('who wants more life than usual waits for the renewal', async () => {
    const { clock, keeper } = await setUpWithToken();
    await clock.advance(45 * MINUTE);
    expect(keeper.peek(15 * MINUTE)?.value).toBe('token-1');
    expect(keeper.peek(15 * MINUTE + 1)).toBeUndefined();
  });

  it('cannot insist on more than half of a token’s life', async () => {
    const { clock, keeper } = await setUpWithToken();
    await clock.advance(HOUR / 2);
    expect(keeper.peek(10 * HOUR)?.value).toBe('token-1');
    await clock.advance(1);
    expect(keeper.peek(10 * HOUR)).toBeUndefined();
  });

  it('who wants no life at all still gets no expired token', async () => {
    const { clock, issuer, keeper } = await setUpWithToken();
    await clock.advance(HOUR - 30 * SECOND - 1);
    issuer.always(silence());
    expect(keeper.peek(0)?.value).toBe('token-1');
    await clock.advance(1);
    expect(keeper.peek(0)).toBeUndefined();
  });

  it('gets no token that died while the machine was suspended', async () => {
    const setting = await setUpWithToken();
    setting.clock.suspend(HOUR);
    expect(await valueFor(setting)).toBe('token-2');
  });

  it('gets no token that is dead by a stepped wall clock', async () => {
    const setting = await setUpWithToken();
    setting.clock.stepWall(HOUR);
    expect(await valueFor(setting)).toBe('token-2');
  });

  it('gets no token that outlives itself by a wall clock set back', async () => {
    const setting = await setUpWithToken();
    setting.clock.stepWall(-24 * HOUR);
    await setting.clock.advance(HOUR);
    expect(await valueFor(setting)).toBe('token-2');
  });

  it('is served on through an outage, to the last usable moment and never beyond', async () => {
    const setting = await setUpWithToken();
    const { clock, issuer, keeper } = setting;
    issuer.always(down);
    await clock.advance(HOUR - 10 * MINUTE);
    const answers: (string | undefined)[] = [];
    for (let leftS = 600; leftS > 0; leftS--) {
      const caller = watch(ask(keeper));
      await clock.advance(SECOND);
      const error = caller.error as PhoenixError | undefined;
      answers.push(caller.value?.value ?? error?.code);
    }
    expect(new Set(answers.slice(0, 570))).toEqual(new Set(['token-1']));
    expect(new Set(answers.slice(570))).toEqual(new Set(['network_error']));
  });
});

describe('one renewal', () => {
  it('serves everyone who waits with the same token', async () => {
    const { clock, issuer, keeper } = setUp();
    issuer.next(granting({ afterMs: SECOND }));
    const callers = Array.from({ length: 100 }, () => watch(ask(keeper)));
    await clock.advance(500);
    callers.push(...Array.from({ length: 100 }, () => watch(ask(keeper))));
    await clock.advance(500);
    expect(new Set(callers.map(({ value }) => value)).size).toBe(1);
    expect(callers[0]?.value?.value).toBe('token-1');
    expect(issuer.requests).toHaveLength(1);
  });

  it('fails for everyone who waits with the same error', async () => {
    const { clock, issuer, keeper } = setUp();
    issuer.always(failing('server_error', { status: 503, afterMs: SECOND }));
    const callers = Array.from({ length: 200 }, () => watch(ask(keeper)));
    await clock.advance(10 * SECOND);
    expect(new Set(callers.map(({ error }) => error)).size).toBe(1);
    expect(callers[0]?.error).toMatchObject({
      code: 'server_error',
      status: 503,
      retryAfterMs: FIRST_COOLDOWN,
    });
    expect(issuer.requests).toHaveLength(3);
  });

  it('that failed is not repeated by each of those who waited for it', async () => {
    const { clock, issuer, keeper } = setUp();
    issuer.always(failing('invalid_client'));
    const retrying = async () => {
      for (let attempt = 0; attempt < 5; attempt++) await ask(keeper).catch(() => undefined);
    };
    const callers = Promise.all(Array.from({ length: 50 }, retrying));
    await clock.advance(0);
    await callers;
    expect(issuer.requests).toHaveLength(1);
  });

  it('that failed is answered with the time that is left in whole milliseconds, and none too few', async () => {
    const { clock, issuer, keeper } = setUp();
    issuer.always(failing('invalid_client'));
    await ask(keeper).catch(() => undefined);
    await clock.advance(1_000.25);
    await expect(ask(keeper)).rejects.toMatchObject({ retryAfterMs: 4_000 });
  });

  it('that failed is answered from memory until its cooldown ends, with the time that is left', async () => {
    const { clock, issuer, keeper } = setUp();
    issuer.always(failing('invalid_client'));
    await expect(ask(keeper)).rejects.toMatchObject({ retryAfterMs: 5 * SECOND });
    await clock.advance(4 * SECOND);
    await expect(ask(keeper)).rejects.toMatchObject({
      code: 'invalid_client',
      retryAfterMs: SECOND,
    });
    expect(issuer.requests).toHaveLength(1);
    await clock.advance(SECOND);
    issuer.always(granting());
    await expect(ask(keeper)).resolves.toHaveProperty('value', 'token-2');
  });

  it('is tried again in growing distances as long as it fails', async () => {
    const { clock, issuer, keeper } = setUp({ limits: { maxAttempts: 1 } });
    issuer.always(down);
    for (let tick = 0; tick < 1_000; tick++) {
      watch(ask(keeper));
      await clock.advance(100);
    }
    const times = issuer.requests.map(({ at }) => at.monotonicMs / SECOND);
    expect(times).toEqual([0, 0.5, 1.5, 3.5, 7.5, 15.5, 30.5, 45.5, 60.5, 75.5, 90.5]);
  });

  it('obeys Retry-After, up to five minutes', async () => {
    const { clock, issuer, keeper } = setUp();
    issuer.next(failing('rate_limited', { retryAfterMs: HOUR }));
    await expect(ask(keeper)).rejects.toMatchObject({
      code: 'rate_limited',
      retryAfterMs: 5 * MINUTE,
    });
    await clock.advance(5 * MINUTE - 1);
    await expect(ask(keeper)).rejects.toMatchObject({ code: 'rate_limited', retryAfterMs: 1 });
    await clock.advance(1);
    await expect(ask(keeper)).resolves.toHaveProperty('value', 'token-2');
  });

  it('can be followed by another one at once', async () => {
    const { clock, issuer, keeper } = await setUpWithToken();
    const second = await keeper.forceRenewal();
    const third = await keeper.forceRenewal();
    await clock.advance(0);
    expect([second.value, third.value]).toEqual(['token-2', 'token-3']);
    expect(issuer.requests).toHaveLength(3);
  });
});

describe('a caller who gives up', () => {
  const gone = new Error('the client went away');

  it('ends its own wait and nobody else’s', async () => {
    const { clock, issuer, keeper } = setUp();
    issuer.next(granting({ afterMs: 2 * SECOND }));
    const abort = new AbortController();
    const impatient = watch(ask(keeper, abort.signal));
    const patient = watch(ask(keeper));
    await clock.advance(SECOND);
    abort.abort(gone);
    await clock.advance(0);
    expect(impatient.error).toBe(gone);
    expect(issuer.requests[0]?.signal.aborted).toBe(false);
    await clock.advance(SECOND);
    expect(patient.value?.value).toBe('token-1');
  });

  it('leaves a token behind that was fetched for it alone', async () => {
    const { clock, issuer, keeper } = setUp();
    issuer.next(granting({ afterMs: SECOND }));
    const abort = new AbortController();
    const impatient = watch(ask(keeper, abort.signal));
    abort.abort(gone);
    await clock.advance(SECOND);
    expect(impatient.error).toBe(gone);
    expect(keeper.peek()?.value).toBe('token-1');
  });

  it('gets its own reason even when an old token would still be usable', async () => {
    const { clock, issuer, keeper } = await setUpWithToken();
    await clock.advance(HOUR - 50 * SECOND);
    issuer.next(silence());
    const abort = new AbortController();
    const impatient = watch(ask(keeper, abort.signal));
    await clock.advance(SECOND);
    abort.abort(gone);
    await clock.advance(0);
    expect(impatient.error).toBe(gone);
  });

  it('does not hide the failure of the renewal from the others', async () => {
    const { clock, issuer, keeper } = setUp();
    issuer.always(failing('invalid_client', { afterMs: SECOND }));
    const abort = new AbortController();
    watch(ask(keeper, abort.signal));
    const patient = watch(ask(keeper));
    abort.abort(gone);
    await clock.advance(SECOND);
    expect(patient.error).toMatchObject({ code: 'invalid_client' });
  });

  it('too late is served', async () => {
    const { keeper } = setUp();
    const abort = new AbortController();
    const token = await ask(keeper, abort.signal);
    abort.abort(gone);
    expect(token.value).toBe('token-1');
  });
});

describe('a forced renewal', () => {
  it('replaces a token that is still fresh', async () => {
    const { keeper } = await setUpWithToken();
    await expect(keeper.forceRenewal()).resolves.toHaveProperty('value', 'token-2');
    expect(keeper.peek()?.value).toBe('token-2');
  });

  it('joins the renewal that is under way', async () => {
    const { clock, issuer, keeper } = setUp();
    issuer.next(granting({ afterMs: SECOND }));
    const first = watch(ask(keeper));
    await clock.advance(500);
    const forced = watch(keeper.forceRenewal());
    await clock.advance(500);
    expect(forced.value).toBe(first.value);
    expect(issuer.requests).toHaveLength(1);
  });

  it('leaves the current token in place when it fails', async () => {
    const { clock, issuer, keeper } = await setUpWithToken();
    issuer.always(failing('invalid_client'));
    await expect(keeper.forceRenewal()).rejects.toMatchObject({ code: 'invalid_client' });
    await clock.advance(0);
    expect(keeper.peek()?.value).toBe('token-1');
  });

  it('does not wait for the end of our own back-off', async () => {
    const { issuer, keeper } = setUp();
    issuer.next(failing('invalid_client'));
    await expect(ask(keeper)).rejects.toMatchObject({ code: 'invalid_client' });
    await expect(keeper.forceRenewal()).resolves.toHaveProperty('value', 'token-2');
    expect(keeper.status().lastError).toBeUndefined();
  });

  it('does not break a pause that the vendor asked for', async () => {
    const { clock, issuer, keeper } = setUp();
    issuer.next(failing('rate_limited', { retryAfterMs: MINUTE }));
    await expect(ask(keeper)).rejects.toMatchObject({ code: 'rate_limited' });
    await clock.advance(50 * SECOND);
    await expect(keeper.forceRenewal()).rejects.toMatchObject({
      code: 'rate_limited',
      retryAfterMs: 10 * SECOND,
    });
    expect(issuer.requests).toHaveLength(1);
    await clock.advance(10 * SECOND);
    await expect(keeper.forceRenewal()).resolves.toHaveProperty('value', 'token-2');
  });

  it('waits no longer than the vendor asked, though our own back-off lasts', async () => {
    const { clock, issuer, keeper } = setUp();
    issuer.next(failing('invalid_client', { retryAfterMs: SECOND }));
    await expect(ask(keeper)).rejects.toMatchObject({ retryAfterMs: 5 * SECOND });
    await clock.advance(SECOND);
    await expect(ask(keeper)).rejects.toMatchObject({ code: 'invalid_client' });
    await expect(keeper.forceRenewal()).resolves.toHaveProperty('value', 'token-2');
  });
});

describe('a rejected token', () => {
  it('is dropped at once, and a new one is fetched', async () => {
    const { clock, issuer, keeper } = await setUpWithToken();
    issuer.next(granting({ afterMs: SECOND }));
    expect(keeper.invalidate('token-1')).toBe(true);
    expect(keeper.peek()).toBeUndefined();
    const caller = watch(ask(keeper));
    await clock.advance(SECOND);
    expect(caller.value?.value).toBe('token-2');
    expect(issuer.requests).toHaveLength(2);
  });

  it('is dropped once, however often it is reported', async () => {
    const setting = await setUpWithToken();
    const { keeper, issuer } = setting;
    const reports = Array.from({ length: 100 }, () => keeper.invalidate('token-1'));
    expect(reports.filter(Boolean)).toHaveLength(1);
    expect(await valueFor(setting)).toBe('token-2');
    expect(issuer.requests).toHaveLength(2);
  });

  it('that is not the current one changes nothing', async () => {
    const setting = await setUpWithToken();
    const { keeper, issuer, events } = setting;
    await keeper.forceRenewal();
    events.length = 0;
    expect(keeper.invalidate('token-1')).toBe(false);
    expect(keeper.invalidate('never seen')).toBe(false);
    expect(keeper.invalidate('')).toBe(false);
    expect(await valueFor(setting)).toBe('token-2');
    expect(issuer.requests).toHaveLength(2);
    expect(events).toEqual([]);
  });

  it('before there is one changes nothing', async () => {
    const { clock, keeper, issuer } = setUp();
    expect(keeper.invalidate('token-1')).toBe(false);
    await clock.advance(MINUTE);
    expect(issuer.requests).toHaveLength(0);
  });

  it('is gone even though the vendor cannot give another one', async () => {
    const { clock, keeper, issuer } = await setUpWithToken();
    issuer.always(failing('invalid_client'));
    keeper.invalidate('token-1');
    const caller = watch(ask(keeper));
    await clock.advance(0);
    expect(caller.error).toMatchObject({ code: 'invalid_client' });
    expect(keeper.status().state).toBe('NONE');
  });

  it('does not end the cooldown of a vendor that fails', async () => {
    const { clock, keeper, issuer } = await setUpWithToken();
    await clock.advance(2 * MINUTE);
    issuer.always(failing('invalid_client'));
    await expect(keeper.forceRenewal()).rejects.toMatchObject({ code: 'invalid_client' });
    keeper.invalidate('token-1');
    await expect(ask(keeper)).rejects.toMatchObject({ code: 'invalid_client' });
    expect(issuer.requests).toHaveLength(2);
  });
});

describe('a renewal that began before the rejection', () => {
  async function setUpUnderWay(underWay: Parameters<ScriptedIssuer['next']>[0]) {
    const setting = await setUpWithToken();
    const { clock, issuer, keeper } = setting;
    await clock.advance(HOUR - 50 * SECOND);
    issuer.next(underWay);
    const waiter = watch(ask(keeper));
    await clock.advance(SECOND);
    return { ...setting, waiter };
  }

  it('is aborted, and its waiters get the token of its successor', async () => {
    const { clock, issuer, keeper, waiter } = await setUpUnderWay(silence());
    issuer.next(granting({ afterMs: SECOND }));
    keeper.invalidate('token-1');
    await clock.advance(0);
    expect(issuer.requests[1]?.signal.aborted).toBe(true);
    expect(waiter.ended).toBe(false);
    await clock.advance(SECOND);
    expect(waiter.value?.value).toBe('token-3');
    expect(issuer.requests).toHaveLength(3);
    expect(clock.pendingTimers).toBe(0);
  });

  it('never has its token stored, even if it arrives first', async () => {
    const { clock, issuer, keeper, waiter } = await setUpUnderWay(ignoringAbort(2 * SECOND));
    issuer.next(granting({ afterMs: 3 * SECOND }));
    keeper.invalidate('token-1');
    await clock.advance(2 * SECOND);
    expect(keeper.peek()).toBeUndefined();
    await clock.advance(SECOND);
    expect(waiter.value?.value).toBe('token-3');
    expect(keeper.peek()?.value).toBe('token-3');
  });

  it('never has its token stored, even if it arrives last', async () => {
    const { clock, issuer, keeper, waiter } = await setUpUnderWay(ignoringAbort(4 * SECOND));
    issuer.next(granting({ afterMs: SECOND }));
    keeper.invalidate('token-1');
    await clock.advance(10 * SECOND);
    expect(waiter.value?.value).toBe('token-3');
    expect(keeper.peek()?.value).toBe('token-3');
  });

  it('does not count as failed', async () => {
    const { clock, keeper, events } = await setUpUnderWay(silence());
    keeper.invalidate('token-1');
    await clock.advance(20 * SECOND);
    expect(events.map(({ type }) => type)).toEqual(['invalidated', 'refreshed']);
    expect(keeper.status().lastError).toBeUndefined();
  });

  it('shares the failure of its successor with its waiters', async () => {
    const { clock, issuer, keeper, waiter } = await setUpUnderWay(silence());
    issuer.always(failing('invalid_client'));
    keeper.invalidate('token-1');
    await clock.advance(0);
    expect(waiter.error).toMatchObject({ code: 'invalid_client' });
  });

  it('is not joined by a forced renewal after the rejection', async () => {
    const { clock, keeper } = await setUpUnderWay(ignoringAbort(2 * SECOND));
    keeper.invalidate('token-1');
    const forced = watch(keeper.forceRenewal());
    await clock.advance(10 * SECOND);
    expect(forced.value?.value).toBe('token-3');
  });

  it('leaves the pause standing that the vendor asked it to keep', async () => {
    const { clock, issuer, keeper, waiter } = await setUpUnderWay(
      failing('rate_limited', { retryAfterMs: 6 * SECOND }),
    );
    keeper.invalidate('token-1');
    await clock.advance(5 * SECOND - 1);
    expect(issuer.requests).toHaveLength(2);
    await clock.advance(1);
    expect(waiter.value?.value).toBe('token-3');
  });

  it.each(Array.from({ length: 20 }, (_, microtasks) => microtasks))(
    'gives its token to nobody if the rejection comes before it is stored (after %s microtasks)',
    async (microtasks) => {
      const withheld = new WithheldAnswer();
      const { clock, issuer, keeper, waiter } = await setUpUnderWay(withheld.answer);
      issuer.next(granting({ afterMs: SECOND }));
      withheld.grant({ value: 'outdated' });
      for (let count = 0; count < microtasks; count++) await Promise.resolve();
      const current = keeper.invalidate('token-1');
      await clock.advance(0);
      expect(keeper.peek()?.value).toBe(current ? undefined : 'outdated');
      await clock.advance(SECOND);
      expect(waiter.value?.value).toBe(current ? 'token-3' : 'outdated');
      expect(keeper.peek()?.value).toBe(current ? 'token-3' : 'outdated');
    },
  );
});

describe('tokens that are rejected again and again', () => {
  /** Reports the current token as soon as there is one. */
  async function rejectNext({ clock, keeper }: Setting): Promise<number> {
    const startMs = clock.monotonicMs();
    await clock.advance(0);
    let token = keeper.peek();
    while (token === undefined) {
      await clock.advance(100);
      keeper.renewInBackground('demand');
      await clock.advance(0);
      token = keeper.peek();
    }
    keeper.invalidate(token.value);
    await clock.advance(0);
    return clock.monotonicMs() - startMs;
  }

  it('are replaced at once the first time, then after growing pauses of at most half a minute', async () => {
    const setting = await setUpWithToken();
    const pauses: number[] = [];
    for (let count = 0; count < 10; count++) pauses.push(await rejectNext(setting));
    expect(pauses).toEqual([0, 0, 500, 1e3, 2e3, 4e3, 8e3, 15e3, 15e3, 15e3]);
  });

  it('earn a pause that callers are told about', async () => {
    const setting = await setUpWithToken();
    await rejectNext(setting);
    await rejectNext(setting);
    await expect(ask(setting.keeper)).rejects.toMatchObject({
      code: 'token_rejected',
      retryAfterMs: 500,
    });
    expect(setting.issuer.requests).toHaveLength(2);
    expect(setting.keeper.status()).toMatchObject({
      state: 'NONE',
      lastError: { code: 'token_rejected', failures: 1 },
    });
  });

  it('are told of as a failure, so that the log has the reason', async () => {
    const setting = await setUpWithToken();
    await rejectNext(setting);
    const events = eventsOf(setting.keeper);
    await rejectNext(setting);
    expect(events).toMatchObject([
      { type: 'invalidated', fingerprint: fingerprintOf('token-2') },
      {
        type: 'refresh_failed',
        trigger: 'invalidated',
        code: 'token_rejected',
        failures: 1,
        servingToken: false,
        retryAt: new Date(setting.clock.wallMs() + 500),
      },
    ]);
  });

  it('leave no way around the pause for who hears of the rejection', async () => {
    const setting = await setUpWithToken();
    await rejectNext(setting);
    setting.keeper.events$.subscribe(() => {
      setting.keeper.renewInBackground('demand');
    });
    await rejectNext(setting);
    expect(setting.issuer.requests).toHaveLength(2);
  });

  it('fail those who wait for a renewal under way, too', async () => {
    const setting = await setUpWithToken();
    const { clock, issuer, keeper } = setting;
    await rejectNext(setting);
    issuer.next(silence());
    const waiter = watch(keeper.forceRenewal());
    await clock.advance(0);
    await rejectNext(setting);
    expect(waiter.error).toMatchObject({ code: 'token_rejected' });
  });

  it('earn no pause if each lived for a minute', async () => {
    const setting = await setUpWithToken();
    for (let count = 0; count < 5; count++) {
      await setting.clock.advance(MINUTE);
      expect(await rejectNext(setting)).toBe(0);
      expect(setting.issuer.requests).toHaveLength(count + 2);
    }
  });

  it('are forgiven once a token was replaced without having been rejected', async () => {
    const setting = await setUpWithToken();
    for (let count = 0; count < 5; count++) {
      expect(await rejectNext(setting)).toBe(0);
      expect(setting.issuer.requests).toHaveLength(2 * count + 2);
      await setting.keeper.forceRenewal();
    }
  });

  it('do not shorten a pause that the vendor asked for', async () => {
    const setting = await setUpWithToken();
    const { clock, issuer, keeper } = setting;
    await rejectNext(setting);
    issuer.next(failing('rate_limited', { retryAfterMs: MINUTE }));
    await expect(keeper.forceRenewal()).rejects.toMatchObject({ code: 'rate_limited' });
    await rejectNext(setting);
    await clock.advance(MINUTE - 1);
    watch(ask(keeper));
    watch(keeper.forceRenewal());
    await clock.advance(0);
    expect(issuer.requests).toHaveLength(3);
    await clock.advance(1);
    expect(await valueFor(setting)).toBe('token-4');
  });
});

describe('a token that arrives dead', () => {
  it('is refused as an invalid response, and given to nobody', async () => {
    const { clock, issuer, keeper } = setUp();
    issuer.always(granting({ lifetimeMs: 4 * SECOND, afterMs: 4 * SECOND - 400 }));
    const caller = watch(ask(keeper));
    await clock.advance(4 * SECOND);
    expect(caller.error).toMatchObject({ code: 'invalid_response' });
    expect((caller.error as PhoenixError).message).toContain('expired before it arrived');
    expect(keeper.status().state).toBe('NONE');
  });

  it('is fetched no more often than any other failure', async () => {
    const { clock, issuer, keeper } = setUp();
    issuer.always(granting({ lifetimeMs: SECOND, afterMs: SECOND }));
    for (let tick = 0; tick < 100; tick++) {
      watch(ask(keeper));
      await clock.advance(SECOND);
    }
    expect(issuer.requests.length).toBeLessThanOrEqual(12);
  });

  it('does not drive out one that is still usable', async () => {
    const { clock, issuer, keeper } = await setUpWithToken();
    issuer.next(granting({ lifetimeMs: SECOND, afterMs: SECOND }));
    const forced = watch(keeper.forceRenewal());
    await clock.advance(SECOND);
    expect(forced.error).toMatchObject({ code: 'invalid_response' });
    expect(keeper.peek()?.value).toBe('token-1');
  });

  it('because the machine slept through the request is refused, too', async () => {
    const { clock, issuer, keeper } = setUp();
    issuer.next(granting({ afterMs: SECOND }));
    const caller = watch(ask(keeper));
    await clock.advance(0);
    clock.suspend(2 * HOUR);
    await clock.advance(SECOND);
    expect(caller.error).toMatchObject({ code: 'invalid_response' });
  });
});

describe('the same token again', () => {
  it('is renewed at its own half-life, not in a loop', async () => {
    const { clock, issuer, keeper } = setUp();
    const diesAtMs = HOUR;
    issuer.always((request) =>
      granting({ value: 'same', lifetimeMs: diesAtMs - request.at.monotonicMs })(request),
    );
    for (let second = 0; second < 3_500; second++) {
      watch(ask(keeper));
      await clock.advance(SECOND);
    }
    expect(keeper.peek(0)?.value).toBe('same');
    expect(issuer.requests.length).toBeLessThan(10);
  });
});

describe('a renewal in the background', () => {
  it.each<[string, (keeper: TokenKeeper) => unknown]>([
    [
      'the timer',
      (keeper) => {
        keeper.renewInBackground('timer');
      },
    ],
    [
      'the cron job',
      (keeper) => {
        keeper.renewIfOlderThan(MINUTE, 'cron');
      },
    ],
    ['a stale token', (keeper) => keeper.peek()],
    ['a rejection', (keeper) => keeper.invalidate('token-1')],
  ])('that fails after %s is an event, not an unhandled rejection', async (_, trigger) => {
    const { clock, issuer, keeper, events } = await setUpWithToken();
    await clock.advance(55 * MINUTE);
    issuer.always(failing('invalid_client'));
    trigger(keeper);
    await clock.advance(SECOND);
    expect(events.at(-1)).toMatchObject({ type: 'refresh_failed', code: 'invalid_client' });
    trigger(keeper);
    await clock.advance(SECOND);
    expect(issuer.requests).toHaveLength(2);
  });

  it('does not start while one is under way', async () => {
    const { clock, issuer, keeper } = setUp();
    issuer.always(granting({ afterMs: SECOND }));
    keeper.renewInBackground('startup');
    keeper.renewInBackground('timer');
    keeper.renewIfOlderThan(MINUTE, 'cron');
    await clock.advance(SECOND);
    expect(issuer.requests).toHaveLength(1);
  });

  it.each([
    [0, 1],
    [59_999, 1],
    [60_000, 2],
    [HOUR, 2],
  ])('by age: a token of %s ms leads to %s requests', async (ageMs, requests) => {
    const { clock, issuer, keeper } = await setUpWithToken();
    await clock.advance(ageMs);
    keeper.renewIfOlderThan(MINUTE, 'cron');
    await clock.advance(0);
    expect(issuer.requests).toHaveLength(requests);
  });

  it('by age happens when there is no token', async () => {
    const { clock, issuer, keeper } = setUp();
    keeper.renewIfOlderThan(MINUTE, 'cron');
    await clock.advance(0);
    expect(issuer.requests).toHaveLength(1);
  });
});

describe('the next renewal', () => {
  it('is due at once without a token', () => {
    expect(setUp().keeper.msUntilRenewal()).toBe(0);
  });

  it('is due ten minutes before expiry', async () => {
    const { clock, keeper } = await setUpWithToken();
    expect(keeper.msUntilRenewal()).toBe(50 * MINUTE);
    await clock.advance(55 * MINUTE);
    expect(keeper.msUntilRenewal()).toBe(0);
  });

  it('is due earlier by an instance’s own share of a minute', async () => {
    const { keeper } = await setUpWithToken({ random: () => 0.5 });
    expect(keeper.msUntilRenewal()).toBe(49.5 * MINUTE);
  });

  it('is due at half of a short life', async () => {
    const { keeper } = await setUpWithToken({}, 20 * SECOND);
    expect(keeper.msUntilRenewal()).toBe(10 * SECOND);
  });

  it('is due no sooner than the cooldown ends', async () => {
    const { clock, issuer, keeper } = await setUpWithToken();
    await clock.advance(55 * MINUTE);
    issuer.next(failing('rate_limited', { retryAfterMs: MINUTE }));
    keeper.renewInBackground('timer');
    await clock.advance(SECOND);
    expect(keeper.msUntilRenewal()).toBe(59 * SECOND);
  });
});

describe('closing', () => {
  it('hands out nothing any more', async () => {
    const { clock, issuer, keeper } = await setUpWithToken();
    keeper.close();
    expect(keeper.peek()).toBeUndefined();
    await expect(ask(keeper)).rejects.toMatchObject({ code: 'shut_down' });
    await expect(keeper.renew('timer')).rejects.toMatchObject({ code: 'shut_down' });
    await expect(keeper.forceRenewal()).rejects.toMatchObject({ code: 'shut_down' });
    expect(keeper.invalidate('token-1')).toBe(false);
    keeper.renewInBackground('timer');
    keeper.renewIfOlderThan(0, 'cron');
    await clock.advance(HOUR);
    expect(issuer.requests).toHaveLength(1);
  });

  it('ends the renewal under way, and the waits for it', async () => {
    const { clock, issuer, keeper, events } = setUp();
    issuer.next(silence());
    const caller = watch(ask(keeper));
    await clock.advance(SECOND);
    keeper.close();
    await clock.advance(0);
    expect(caller.error).toMatchObject({ code: 'shut_down' });
    expect(issuer.requests[0]?.signal.aborted).toBe(true);
    expect(keeper.status()).toEqual({ state: 'NONE', expiresInSeconds: 0, refreshing: false });
    await clock.advance(HOUR);
    expect(issuer.requests).toHaveLength(1);
    expect(events).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('ends a renewal that has not taken off, without a request', async () => {
    const { clock, issuer, keeper } = setUp();
    const caller = watch(ask(keeper));
    keeper.close();
    await clock.advance(HOUR);
    expect(caller.error).toMatchObject({ code: 'shut_down' });
    expect(issuer.requests).toHaveLength(0);
  });

  it('ends a renewal that pauses', async () => {
    const { clock, issuer, keeper } = setUp();
    issuer.always(failing('rate_limited', { retryAfterMs: 5 * SECOND }));
    const caller = watch(ask(keeper));
    await clock.advance(SECOND);
    keeper.close();
    await clock.advance(HOUR);
    expect(caller.error).toMatchObject({ code: 'shut_down' });
    expect(issuer.requests).toHaveLength(1);
  });

  it('completes the events', () => {
    const { keeper } = setUp();
    const ends: string[] = [];
    keeper.events$.subscribe({ complete: () => ends.push('completed') });
    keeper.close();
    keeper.close();
    expect(ends).toEqual(['completed']);
  });

  it('says shut_down even while a failure stands', async () => {
    const { issuer, keeper } = setUp();
    issuer.next(failing('invalid_client'));
    await expect(ask(keeper)).rejects.toMatchObject({ code: 'invalid_client' });
    keeper.close();
    await expect(ask(keeper)).rejects.toMatchObject({ code: 'shut_down' });
  });

  it.each(Array.from({ length: 20 }, (_, microtasks) => microtasks))(
    'keeps no token that comes through the closing door (after %s microtasks)',
    async (microtasks) => {
      const withheld = new WithheldAnswer();
      const { clock, issuer, keeper, events } = setUp();
      issuer.next(withheld.answer);
      const caller = watch(ask(keeper));
      await clock.advance(0);
      withheld.grant();
      for (let count = 0; count < microtasks; count++) await Promise.resolve();
      const landed = events.length > 0;
      keeper.close();
      await clock.advance(0);
      expect(keeper.status()).toEqual({ state: 'NONE', expiresInSeconds: 0, refreshing: false });
      expect(caller.value?.value).toBe(landed ? 'token-1' : undefined);
      expect(caller.ended).toBe(true);
    },
  );
});

describe('the status', () => {
  it('of nothing at all', () => {
    const { keeper, issuer } = setUp();
    expect(keeper.status()).toEqual({ state: 'NONE', expiresInSeconds: 0, refreshing: false });
    expect(issuer.requests).toHaveLength(0);
  });

  it('of a first renewal under way', async () => {
    const { clock, issuer, keeper } = setUp();
    issuer.next(silence());
    keeper.renewInBackground('startup');
    await clock.advance(0);
    expect(keeper.status()).toEqual({ state: 'NONE', expiresInSeconds: 0, refreshing: true });
  });

  it('of a fresh token', async () => {
    const { clock, keeper } = await setUpWithToken();
    await clock.advance(1_500);
    expect(keeper.status()).toEqual({
      state: 'FRESH',
      fingerprint: keeper.peek()?.fingerprint,
      obtainedAt: new Date('2026-01-01T00:00:00Z'),
      expiresAt: new Date('2026-01-01T01:00:00Z'),
      expiresInSeconds: 3598,
      refreshAfter: new Date('2026-01-01T00:50:00Z'),
      refreshing: false,
      nextRefreshAt: new Date('2026-01-01T00:50:00Z'),
    });
  });

  it('of a stale token under renewal, without causing that renewal', async () => {
    const { clock, issuer, keeper } = await setUpWithToken();
    await clock.advance(55 * MINUTE);
    expect(keeper.status()).toMatchObject({
      state: 'STALE',
      refreshing: false,
      expiresInSeconds: 300,
      nextRefreshAt: new Date('2026-01-01T00:55:00Z'),
    });
    expect(issuer.requests).toHaveLength(1);
    issuer.next(silence());
    keeper.peek();
    expect(keeper.status()).toMatchObject({ state: 'STALE', refreshing: true });
  });

  it('of an expired token', async () => {
    const { clock, keeper } = await setUpWithToken();
    await clock.advance(HOUR - 30 * SECOND);
    expect(keeper.status()).toMatchObject({ state: 'EXPIRED', expiresInSeconds: 30 });
    await clock.advance(HOUR);
    expect(keeper.status()).toMatchObject({ state: 'EXPIRED', expiresInSeconds: 0 });
  });

  it('of failures in a row, with a token still there', async () => {
    const { clock, issuer, keeper } = await setUpWithToken();
    await clock.advance(55 * MINUTE);
    issuer.always(failing('invalid_client'));
    keeper.peek();
    await clock.advance(5 * SECOND);
    keeper.peek();
    await clock.advance(SECOND);
    expect(keeper.status()).toMatchObject({
      state: 'STALE',
      refreshing: false,
      lastError: { code: 'invalid_client', at: new Date('2026-01-01T00:55:05Z'), failures: 2 },
      nextRefreshAt: new Date('2026-01-01T00:55:15Z'),
    });
  });

  it('of a first failure', async () => {
    const { keeper, issuer } = setUp();
    issuer.next(failing('invalid_client'));
    await expect(ask(keeper)).rejects.toMatchObject({ code: 'invalid_client' });
    expect(keeper.status()).toEqual({
      state: 'NONE',
      expiresInSeconds: 0,
      refreshing: false,
      nextRefreshAt: new Date('2026-01-01T00:00:05Z'),
      lastError: { code: 'invalid_client', at: new Date('2026-01-01T00:00:00Z'), failures: 1 },
    });
  });

  it('forgets a failure after the next success', async () => {
    const { clock, issuer, keeper } = setUp();
    issuer.next(failing('invalid_client'));
    await expect(ask(keeper)).rejects.toMatchObject({ code: 'invalid_client' });
    await clock.advance(5 * SECOND);
    await ask(keeper);
    expect(keeper.status()).not.toHaveProperty('lastError');
  });

  it('of an invalidated token', async () => {
    const { issuer, keeper } = await setUpWithToken();
    issuer.next(silence());
    keeper.invalidate('token-1');
    expect(keeper.status()).toEqual({ state: 'NONE', expiresInSeconds: 0, refreshing: true });
  });

  it('holds no secret', async () => {
    const { keeper } = await setUpWithToken();
    expect(inspect(keeper.status(), { depth: 9, showHidden: true })).not.toContain('token-1');
  });
});

describe('an event', () => {
  it.each<[RefreshTrigger, (keeper: TokenKeeper) => unknown]>([
    [
      'startup',
      (keeper) => {
        keeper.renewInBackground('startup');
      },
    ],
    [
      'timer',
      (keeper) => {
        keeper.renewInBackground('timer');
      },
    ],
    [
      'cron',
      (keeper) => {
        keeper.renewIfOlderThan(MINUTE, 'cron');
      },
    ],
    ['demand', (keeper) => keeper.obtain()],
    ['stale', (keeper) => keeper.peek()],
    ['manual', (keeper) => keeper.forceRenewal()],
    ['invalidated', (keeper) => keeper.invalidate('token-1')],
  ])('tells that %s made the renewal happen', async (trigger, act) => {
    const { clock, issuer, keeper, events } = await setUpWithToken();
    await clock.advance(55 * MINUTE);
    issuer.next(failing('server_error'), granting({ afterMs: SECOND }));
    act(keeper);
    await clock.advance(2 * SECOND);
    expect(events.at(-1)).toEqual({
      type: 'refreshed',
      trigger,
      fingerprint: keeper.peek()?.fingerprint,
      expiresAt: new Date('2026-01-01T01:55:00Z'),
      attempts: 2,
      durationMs: SECOND,
    });
  });

  it('names the trigger that came first, not those that joined', async () => {
    const { clock, issuer, keeper, events } = setUp();
    issuer.next(granting({ afterMs: SECOND }));
    keeper.renewInBackground('startup');
    watch(ask(keeper));
    watch(keeper.forceRenewal());
    await clock.advance(SECOND);
    expect(events).toMatchObject([{ type: 'refreshed', trigger: 'startup' }]);
  });

  it('tells of a failure, what becomes of callers, and when the vendor is asked again', async () => {
    const { clock, issuer, keeper, events } = await setUpWithToken();
    await clock.advance(55 * MINUTE);
    issuer.always(failing('invalid_client', { afterMs: SECOND }));
    keeper.peek();
    await clock.advance(SECOND);
    expect(events).toEqual([
      {
        type: 'refresh_failed',
        trigger: 'stale',
        code: 'invalid_client',
        message: 'scripted invalid_client',
        failures: 1,
        retryAt: new Date('2026-01-01T00:55:06Z'),
        servingToken: true,
        durationMs: SECOND,
      },
    ]);
  });

  it('tells when no usable token is left', async () => {
    const { clock, issuer, keeper, events } = await setUpWithToken();
    await clock.advance(HOUR - 30 * SECOND);
    issuer.always(failing('invalid_client'));
    watch(ask(keeper));
    await clock.advance(0);
    expect(events).toMatchObject([{ type: 'refresh_failed', servingToken: false }]);
  });

  it('tells of a rejection before the renewal that it causes', async () => {
    const { clock, keeper, events } = await setUpWithToken();
    const fingerprint = keeper.peek()?.fingerprint;
    keeper.invalidate('token-1');
    await clock.advance(0);
    expect(events).toMatchObject([
      { type: 'invalidated', fingerprint, shared: false },
      { type: 'refreshed', trigger: 'invalidated' },
    ]);
  });

  it('finds the keeper ready for whatever its listener does', async () => {
    const { clock, issuer, keeper, events } = setUp();
    issuer.always(granting({ value: 'bad' }));
    const reports: boolean[] = [];
    const subscription = keeper.events$.subscribe(({ type }) => {
      if (type === 'refreshed') {
        subscription.unsubscribe();
        issuer.always(granting({ value: 'good' }));
        reports.push(keeper.invalidate('bad'));
      }
    });
    keeper.renewInBackground('startup');
    await clock.advance(0);
    expect(reports).toEqual([true]);
    expect(keeper.peek()?.value).toBe('good');
    expect(events.map(({ type }) => type)).toEqual(['refreshed', 'invalidated', 'refreshed']);
  });

  it('holds no secret', async () => {
    const { clock, keeper, events } = await setUpWithToken();
    keeper.invalidate('token-1');
    await clock.advance(0);
    expect(events).toHaveLength(2);
    expect(inspect(events, { depth: 9, showHidden: true })).not.toMatch(/token-\d/);
  });
});

describe('a token of another replica', () => {
  const sharedToken = (clock: FakeClock, value: string, remainingMs: number) =>
    new AccessToken(
      {
        value,
        scope: [],
        lifetimeMs: HOUR,
        requestedAt: {
          wallMs: clock.wallMs() - HOUR + remainingMs,
          monotonicMs: clock.monotonicMs() - HOUR + remainingMs,
        },
      },
      clock,
    );

  it('does not end a failure that still stands for all of them', async () => {
    const { clock, issuer, keeper } = setUp();
    issuer.always(failing('invalid_client'));
    await expect(keeper.renew('startup')).rejects.toMatchObject({ code: 'invalid_client' });
    keeper.adopt(sharedToken(clock, 'shared', HOUR), false);
    expect(keeper.status()).toMatchObject({
      state: 'FRESH',
      lastError: { code: 'invalid_client' },
    });
    keeper.adopt(sharedToken(clock, 'newer', HOUR + SECOND), true);
    expect(keeper.status()).not.toHaveProperty('lastError');
  });

  it('is not handed to a caller for whom it is too old', async () => {
    const clock = new FakeClock();
    const results = [
      { token: sharedToken(clock, 'old', 120 * SECOND), attempts: 0 },
      { token: sharedToken(clock, 'new', HOUR), attempts: 1 },
    ];
    const source = { run: () => Promise.resolve(results.shift()!) };
    const keeper = new TokenKeeper(source, DEFAULT_POLICY, clock, () => 0);
    expect((await keeper.obtain(undefined, 600 * SECOND)).value).toBe('new');
  });
});
