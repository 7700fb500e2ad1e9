import { keeperOf, type KeeperParts } from '../../../test/simulation/keeper.js';
import { watch } from '../../../test/simulation/outcome.js';
import {
  failing,
  granting,
  HOUR,
  MINUTE,
  ScriptedIssuer,
  SECOND,
  silence,
} from '../../../test/simulation/scripted-issuer.js';
import { FakeClock } from '../../../test/support/fake-clock.js';
import { PhoenixTokenService } from './phoenix-token.service.js';
import type { PhoenixTokenEvent } from './token-events.js';

function setUp(parts: Partial<KeeperParts> = {}) {
  const clock = new FakeClock();
  const issuer = new ScriptedIssuer(clock);
  const service = new PhoenixTokenService({ keeper: keeperOf({ issuer, clock, ...parts }) });
  return { clock, issuer, service };
}

function listenTo(service: PhoenixTokenService): PhoenixTokenEvent[] {
  const events: PhoenixTokenEvent[] = [];
  service.events$.subscribe((event) => events.push(event));
  return events;
}

describe('getAccessToken', () => {
  it('returns the token itself', async () => {
    const { service } = setUp();
    await expect(service.getAccessToken()).resolves.toBe('token-1');
  });

  it('returns the same token until it is stale, with one request', async () => {
    const { clock, issuer, service } = setUp();
    for (let minute = 0; minute < 50; minute++) {
      await expect(service.getAccessToken()).resolves.toBe('token-1');
      await clock.advance(MINUTE);
    }
    expect(issuer.requests).toHaveLength(1);
  });

  it('fails when there is no token to be had', async () => {
    const { issuer, service } = setUp();
    issuer.always(failing('invalid_client'));
    await expect(service.getAccessToken()).rejects.toMatchObject({ code: 'invalid_client' });
  });

  it('fails within the configured time, whatever the vendor does', async () => {
    const { clock, issuer, service } = setUp({ limits: { acquireTimeoutMs: 7 * SECOND } });
    issuer.always(silence());
    const caller = watch(service.getAccessToken());
    await clock.advance(7 * SECOND - 1);
    expect(caller.ended).toBe(false);
    await clock.advance(1);
    expect(caller.error).toMatchObject({ code: 'timeout' });
  });
});

describe('getToken', () => {
  it('returns the token with its life and scope', async () => {
    const { service } = setUp();
    await expect(service.getToken()).resolves.toMatchObject({
      value: 'token-1',
      lifetimeMs: HOUR,
      scope: ['iframe'],
    });
  });

  it('shares the request with getAccessToken', async () => {
    const { issuer, service } = setUp();
    const [token, value] = await Promise.all([service.getToken(), service.getAccessToken()]);
    expect(token.value).toBe(value);
    expect(issuer.requests).toHaveLength(1);
  });
});

describe.each(['getAccessToken', 'getToken'] as const)('the options of %s', (method) => {
  it.each([-1, -0.001, NaN, Infinity, -Infinity])(
    'refuse %s as minRemainingSeconds, and cause no request',
    async (minRemainingSeconds) => {
      const { issuer, service } = setUp();
      await expect(service[method]({ minRemainingSeconds })).rejects.toMatchObject({
        code: 'invalid_argument',
        message: expect.stringContaining('minRemainingSeconds') as string,
      });
      expect(issuer.requests).toHaveLength(0);
    },
  );

  it('override the promised life, in seconds', async () => {
    const { clock, issuer, service } = setUp();
    await service[method]();
    await clock.advance(45 * MINUTE);
    await service[method]({ minRemainingSeconds: 15 * 60 });
    expect(issuer.requests).toHaveLength(1);
    await service[method]({ minRemainingSeconds: 15 * 60 + 1 });
    expect(issuer.requests).toHaveLength(2);
  });

  it('may ask for no life at all', async () => {
    const { clock, issuer, service } = setUp();
    await service[method]();
    await clock.advance(HOUR - 50 * SECOND);
    issuer.next(silence());
    const caller = watch<unknown>(service[method]({ minRemainingSeconds: 0 }));
    await clock.advance(0);
    expect(caller.value).toBeDefined();
  });

  it('fall back to a token that is usable when no better one can be had', async () => {
    const { clock, issuer, service } = setUp();
    const first = await service.getToken();
    await clock.advance(45 * MINUTE);
    issuer.always(failing('invalid_client'));
    const caller = watch<unknown>(service[method]({ minRemainingSeconds: 20 * 60 }));
    await clock.advance(0);
    expect([first, first.value]).toContain(caller.value);
    expect(issuer.requests).toHaveLength(2);
  });

  it('end the wait with the reason of the signal', async () => {
    const { clock, issuer, service } = setUp();
    issuer.next(granting({ afterMs: 2 * SECOND }));
    const abort = new AbortController();
    const reason = new Error('the client went away');
    const impatient = watch<unknown>(service[method]({ signal: abort.signal }));
    const patient = watch(service.getAccessToken());
    await clock.advance(SECOND);
    abort.abort(reason);
    await clock.advance(0);
    expect(impatient.error).toBe(reason);
    await clock.advance(SECOND);
    expect(patient.value).toBe('token-1');
  });

  it('give nothing to a caller who is gone already, and cause no request', async () => {
    const { issuer, service } = setUp();
    const reason = new Error('gone');
    const signal = AbortSignal.abort(reason);
    await expect(service[method]({ signal })).rejects.toBe(reason);
    expect(issuer.requests).toHaveLength(0);
  });

  it('may be there and say nothing', async () => {
    const { service } = setUp();
    await expect(service[method]({})).resolves.toBeDefined();
  });
});

describe('refresh', () => {
  it('returns a new token and makes it the current one', async () => {
    const { service } = setUp();
    await service.getAccessToken();
    await expect(service.refresh()).resolves.toHaveProperty('value', 'token-2');
    await expect(service.getAccessToken()).resolves.toBe('token-2');
  });

  it('leaves the current token when it fails', async () => {
    const { issuer, service } = setUp();
    await service.getAccessToken();
    issuer.always(failing('invalid_client'));
    await expect(service.refresh()).rejects.toMatchObject({ code: 'invalid_client' });
    await expect(service.getAccessToken()).resolves.toBe('token-1');
  });

  it('keeps a pause that the vendor asked for', async () => {
    const { issuer, service } = setUp();
    issuer.next(failing('rate_limited', { retryAfterMs: MINUTE }));
    await expect(service.getAccessToken()).rejects.toMatchObject({ code: 'rate_limited' });
    await expect(service.refresh()).rejects.toMatchObject({ code: 'rate_limited' });
    expect(issuer.requests).toHaveLength(1);
  });
});

describe('invalidate', () => {
  it('replaces the token it names, and tells so', async () => {
    const { service } = setUp();
    await service.getAccessToken();
    expect(service.invalidate('token-1')).toBe(true);
    await expect(service.getAccessToken()).resolves.toBe('token-2');
  });

  it('does nothing about another token, and tells so', async () => {
    const { service } = setUp();
    await service.getAccessToken();
    expect(service.invalidate('token-0')).toBe(false);
    await expect(service.getAccessToken()).resolves.toBe('token-1');
  });
});

describe('invalidate, called from JavaScript', () => {
  it.each<unknown>([undefined, null, 42, {}])(
    'refuses %p by name and changes nothing',
    async (token) => {
      const { service } = setUp();
      await service.getAccessToken();
      let error: unknown;
      try {
        service.invalidate(token as string);
      } catch (thrown) {
        error = thrown;
      }
      expect(error).toMatchObject({ code: 'invalid_argument' });
      expect(String(error)).toContain('invalidate()');
      expect(service.status().state).toBe('FRESH');
    },
  );
});

describe('status', () => {
  it('tells the state, and causes no request', async () => {
    const { issuer, service } = setUp();
    expect(service.status().state).toBe('NONE');
    expect(issuer.requests).toHaveLength(0);
    await service.getAccessToken();
    expect(service.status()).toMatchObject({ state: 'FRESH', expiresInSeconds: 3600 });
  });
});

describe('the events', () => {
  it('tell of every hand-out, whichever way, by fingerprint', async () => {
    const { clock, service } = setUp();
    const { fingerprint } = await service.getToken();
    const events = listenTo(service);
    await clock.advance(MINUTE);
    await service.getAccessToken();
    await service.getAccessToken({ minRemainingSeconds: 1 });
    await service.getToken();
    const handedOut = { type: 'handed_out', fingerprint, expiresInSeconds: 3540 };
    expect(events).toEqual([handedOut, handedOut, handedOut]);
  });

  it('tell of the renewal before the hand-outs that waited for it', async () => {
    const { service } = setUp();
    const events = listenTo(service);
    await Promise.all([service.getToken(), service.getAccessToken()]);
    expect(events.map(({ type }) => type)).toEqual(['refreshed', 'handed_out', 'handed_out']);
  });

  it('tell of failures and rejections', async () => {
    const { clock, issuer, service } = setUp();
    const events = listenTo(service);
    await service.getAccessToken();
    issuer.always(failing('invalid_client'));
    service.invalidate('token-1');
    await clock.advance(0);
    expect(events.map(({ type }) => type)).toEqual([
      'refreshed',
      'handed_out',
      'invalidated',
      'refresh_failed',
    ]);
  });

  it('tell of no hand-out that failed', async () => {
    const { issuer, service } = setUp();
    issuer.always(failing('invalid_client'));
    const events = listenTo(service);
    await expect(service.getAccessToken()).rejects.toMatchObject({ code: 'invalid_client' });
    await expect(service.getToken()).rejects.toMatchObject({ code: 'invalid_client' });
    expect(events.map(({ type }) => type)).toEqual(['refresh_failed']);
  });

  it('of hand-outs are not even made when nobody listens', async () => {
    const { clock, service } = setUp();
    await service.getToken();
    let looks = 0;
    const monotonicMs = clock.monotonicMs.bind(clock);
    clock.monotonicMs = () => {
      looks++;
      return monotonicMs();
    };
    await service.getAccessToken();
    const unheard = looks;
    const events = listenTo(service);
    looks = 0;
    await service.getAccessToken();
    expect(events).toHaveLength(1);
    expect(looks).toBeGreaterThan(unheard);
  });

  it('reach nobody who stopped listening', async () => {
    const { service } = setUp();
    const events: PhoenixTokenEvent[] = [];
    const subscription = service.events$.subscribe((event) => events.push(event));
    await service.getToken();
    subscription.unsubscribe();
    await service.getToken();
    expect(events).toHaveLength(2);
  });
});

describe('shutdown', () => {
  it('completes the events, and hands out nothing any more', async () => {
    const { issuer, service } = setUp();
    await service.getToken();
    const ends: string[] = [];
    service.events$.subscribe({ next: () => ends.push('event'), complete: () => ends.push('end') });
    void service.onApplicationShutdown();
    await expect(service.getAccessToken()).rejects.toMatchObject({ code: 'shut_down' });
    await expect(service.getToken()).rejects.toMatchObject({ code: 'shut_down' });
    await expect(service.refresh()).rejects.toMatchObject({ code: 'shut_down' });
    expect(service.invalidate('token-1')).toBe(false);
    expect(service.status().state).toBe('NONE');
    expect(ends).toEqual(['end']);
    expect(issuer.requests).toHaveLength(1);
  });

  it('ends every wait', async () => {
    const { clock, issuer, service } = setUp();
    issuer.next(silence());
    const callers = [watch(service.getAccessToken()), watch(service.getToken())];
    await clock.advance(SECOND);
    void service.onApplicationShutdown();
    await clock.advance(0);
    expect(callers.map(({ error }) => error)).toMatchObject([
      { code: 'shut_down' },
      { code: 'shut_down' },
    ]);
  });
});
