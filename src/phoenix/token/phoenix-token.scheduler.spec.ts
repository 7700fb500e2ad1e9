import { Logger } from '@nestjs/common';
import { ScheduleModule, SchedulerRegistry } from '@nestjs/schedule';
import { Test } from '@nestjs/testing';
import { eventsOf, keeperOf } from '../../../test/simulation/keeper.js';
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
import { PhoenixRegistration } from '../phoenix.registration.js';
import {
  createTokenScheduler,
  PhoenixTokenScheduler,
  type TokenSchedule,
} from './phoenix-token.scheduler.js';

class DrivenScheduler extends PhoenixTokenScheduler {
  fireCron(): void {
    this.renewHourly();
  }
}

const SCHEDULE: TokenSchedule = {
  registration: new PhoenixRegistration(),
  refreshCron: '0 * * * *',
  eager: true,
  failFast: false,
};

function setUp(schedule: Partial<TokenSchedule> = {}) {
  const clock = new FakeClock();
  const issuer = new ScriptedIssuer(clock);
  const keeper = keeperOf({ issuer, clock });
  const scheduler = new DrivenScheduler({ keeper }, { ...SCHEDULE, ...schedule }, clock);
  const requestTimes = () => issuer.requests.map(({ at }) => at.monotonicMs);
  return { clock, issuer, keeper, scheduler, requestTimes, events: eventsOf(keeper) };
}

beforeAll(() => {
  Logger.overrideLogger(false);
});

describe('start-up', () => {
  it('fetches the first token without being delayed by it', async () => {
    const { clock, issuer, keeper, scheduler } = setUp();
    issuer.next(granting({ afterMs: 2 * SECOND }));
    await scheduler.onApplicationBootstrap();
    expect(keeper.status()).toMatchObject({ state: 'NONE', refreshing: true });
    await clock.advance(2 * SECOND);
    expect(keeper.peek()?.value).toBe('token-1');
  });

  it.each([{ eager: true }, { failFast: true }])(
    'fetches no token when one is at hand already (%j)',
    async (schedule) => {
      const { keeper, scheduler, clock, issuer } = setUp(schedule);
      const early = keeper.obtain();
      await clock.advance(0);
      await early;
      await scheduler.onApplicationBootstrap();
      await clock.advance(1_000);
      expect(issuer.requests).toHaveLength(1);
    },
  );

  it('survives a vendor that is down', async () => {
    const { clock, issuer, keeper, scheduler } = setUp();
    issuer.always(failing('network_error'));
    await scheduler.onApplicationBootstrap();
    await clock.advance(MINUTE);
    issuer.always(granting());
    await clock.advance(30 * SECOND);
    expect(keeper.status().state).toBe('FRESH');
  });

  it('fetches nothing when lazy, and nothing follows', async () => {
    const { clock, issuer, scheduler } = setUp({ eager: false });
    await scheduler.onApplicationBootstrap();
    await clock.advance(24 * HOUR);
    expect(issuer.requests).toHaveLength(0);
    expect(clock.pendingTimers).toBe(0);
  });

  it('when lazy, renews all the same once somebody asked', async () => {
    const { clock, keeper, scheduler, requestTimes } = setUp({ eager: false });
    await scheduler.onApplicationBootstrap();
    await clock.advance(HOUR);
    await keeper.obtain();
    await clock.advance(50 * MINUTE);
    expect(requestTimes()).toEqual([HOUR, HOUR + 50 * MINUTE]);
  });

  it('waits for the first token when it may not start without one', async () => {
    const { clock, issuer, scheduler } = setUp({ failFast: true, eager: false });
    issuer.next(granting({ afterMs: 2 * SECOND }));
    const boot = watch(scheduler.onApplicationBootstrap());
    await clock.advance(SECOND);
    expect(boot.ended).toBe(false);
    await clock.advance(SECOND);
    expect(boot).toEqual({ ended: true, value: undefined });
  });

  it('fails when it may not start without a token and there is none', async () => {
    const { clock, issuer, scheduler } = setUp({ failFast: true });
    issuer.always(failing('invalid_client'));
    const boot = watch(scheduler.onApplicationBootstrap());
    await clock.advance(0);
    expect(boot.error).toMatchObject({ code: 'invalid_client' });
  });

  it('that fails for a hanging vendor takes no longer than a renewal', async () => {
    const { clock, issuer, scheduler } = setUp({ failFast: true });
    issuer.always(silence());
    const boot = watch(scheduler.onApplicationBootstrap());
    await clock.advance(10 * SECOND);
    expect(boot.error).toMatchObject({ code: 'timeout' });
  });
});

describe('the timer', () => {
  it('renews at the refresh point, again and again, without anybody asking', async () => {
    const { clock, scheduler, requestTimes, events } = setUp();
    await scheduler.onApplicationBootstrap();
    await clock.advance(4 * HOUR);
    expect(requestTimes()).toEqual([0, 50, 100, 150, 200].map((minutes) => minutes * MINUTE));
    expect(events.slice(1)).toMatchObject(
      Array.from({ length: 4 }, () => ({ type: 'refreshed', trigger: 'timer' })),
    );
  });

  it('keeps a usable token with the promised life there at every second', async () => {
    const { clock, issuer, keeper, scheduler } = setUp();
    issuer.always(granting({ afterMs: 4 * SECOND }));
    await scheduler.onApplicationBootstrap();
    await clock.advance(4 * SECOND);
    let shortest = Infinity;
    for (let second = 0; second < 3 * 3600; second++) {
      shortest = Math.min(shortest, keeper.peek()?.remainingMs() ?? -Infinity);
      await clock.advance(SECOND);
    }
    expect(shortest).toBeGreaterThanOrEqual(9 * MINUTE);
  });

  it('follows the life of each token', async () => {
    const { clock, issuer, scheduler, requestTimes } = setUp();
    issuer.next(granting({ lifetimeMs: 20 * SECOND }), granting({ lifetimeMs: 10 * MINUTE }));
    await scheduler.onApplicationBootstrap();
    await clock.advance(HOUR);
    expect(requestTimes().slice(0, 3)).toEqual([0, 10 * SECOND, 10 * SECOND + 5 * MINUTE]);
  });

  it('goes on after failures, at the end of each cooldown', async () => {
    const { clock, issuer, keeper, scheduler, requestTimes } = setUp();
    await scheduler.onApplicationBootstrap();
    await clock.advance(49 * MINUTE);
    issuer.always(failing('invalid_response'));
    await clock.advance(2 * MINUTE);
    const afterMs = requestTimes().map((time) => (time - 50 * MINUTE) / SECOND);
    expect(afterMs.slice(1)).toEqual([0, 1, 2, 4, 8, 16, 31, 46]);
    issuer.always(granting());
    await clock.advance(30 * SECOND);
    expect(keeper.status().state).toBe('FRESH');
    await clock.advance(50 * MINUTE);
    expect(keeper.status().state).toBe('FRESH');
  });

  it('waits as long as the vendor asks', async () => {
    const { clock, issuer, scheduler, requestTimes } = setUp();
    issuer.next(failing('rate_limited', { retryAfterMs: 2 * MINUTE }));
    await scheduler.onApplicationBootstrap();
    await clock.advance(HOUR);
    expect(requestTimes().slice(0, 2)).toEqual([0, 2 * MINUTE]);
  });

  it('does not spin on tokens that are stale at birth', async () => {
    const { clock, issuer, scheduler } = setUp();
    issuer.always(granting({ lifetimeMs: SECOND }));
    await scheduler.onApplicationBootstrap();
    await clock.advance(MINUTE);
    expect(issuer.requests.length).toBeLessThanOrEqual(61);
  });

  it('makes no second request while a renewal takes its time', async () => {
    const { clock, issuer, scheduler } = setUp();
    await scheduler.onApplicationBootstrap();
    await clock.advance(49 * MINUTE);
    issuer.always(granting({ afterMs: 4 * SECOND }));
    await clock.advance(MINUTE + 4 * SECOND);
    expect(issuer.requests).toHaveLength(2);
  });

  it('is one, whatever happens', async () => {
    const { clock, issuer, keeper, scheduler } = setUp();
    await scheduler.onApplicationBootstrap();
    await clock.advance(0);
    for (let count = 0; count < 10; count++) {
      await keeper.forceRenewal();
      issuer.next(failing('invalid_client'));
      await keeper.forceRenewal().catch(() => undefined);
      keeper.invalidate(keeper.peek()?.value ?? '');
      await clock.advance(10 * SECOND);
      expect(clock.pendingTimers).toBe(1);
    }
  });

  it('waits on when it fired before its time, because the wall clock was set to and fro', async () => {
    const { clock, issuer, keeper, scheduler, requestTimes } = setUp();
    await scheduler.onApplicationBootstrap();
    await clock.advance(0);
    clock.stepWall(30 * MINUTE);
    issuer.next(failing('invalid_client'));
    await expect(keeper.forceRenewal()).rejects.toMatchObject({ code: 'invalid_client' });
    clock.stepWall(-30 * MINUTE);
    await clock.advance(50 * MINUTE);
    expect(requestTimes()).toEqual([0, 0, 50 * MINUTE]);
  });

  it('notices within a minute that the machine slept through the life of the token', async () => {
    const { clock, keeper, scheduler } = setUp();
    await scheduler.onApplicationBootstrap();
    await clock.advance(MINUTE);
    clock.suspend(2 * HOUR);
    expect(keeper.status().state).toBe('EXPIRED');
    await clock.advance(MINUTE);
    expect(keeper.status().state).toBe('FRESH');
  });

  it('comes back after a rejection that had to wait', async () => {
    const { clock, keeper, scheduler } = setUp();
    await scheduler.onApplicationBootstrap();
    await clock.advance(0);
    for (let count = 0; count < 3; count++) {
      keeper.invalidate(keeper.peek()?.value ?? '');
      await clock.advance(30 * SECOND);
      expect(keeper.status().state).toBe('FRESH');
    }
  });
});

describe('the cron job', () => {
  it.each([
    [0, false],
    [59_999, false],
    [60_000, true],
    [30 * MINUTE, true],
  ])('finds a token of %s ms; renews it: %s', async (ageMs, renews) => {
    const { clock, issuer, scheduler, events } = setUp();
    await scheduler.onApplicationBootstrap();
    await clock.advance(ageMs);
    scheduler.fireCron();
    await clock.advance(0);
    expect(issuer.requests).toHaveLength(renews ? 2 : 1);
    expect(events.at(-1)).toMatchObject({ trigger: renews ? 'cron' : 'startup' });
  });

  it('fetches the first token of a lazy application', async () => {
    const { clock, keeper, scheduler } = setUp({ eager: false });
    await scheduler.onApplicationBootstrap();
    scheduler.fireCron();
    await clock.advance(0);
    expect(keeper.status().state).toBe('FRESH');
  });

  it('joins a renewal under way', async () => {
    const { clock, issuer, scheduler } = setUp();
    issuer.next(granting({ afterMs: SECOND }));
    await scheduler.onApplicationBootstrap();
    await clock.advance(500);
    scheduler.fireCron();
    await clock.advance(SECOND);
    expect(issuer.requests).toHaveLength(1);
  });

  it('respects a cooldown', async () => {
    const { clock, issuer, scheduler } = setUp();
    issuer.next(failing('rate_limited', { retryAfterMs: MINUTE }));
    await scheduler.onApplicationBootstrap();
    await clock.advance(30 * SECOND);
    scheduler.fireCron();
    await clock.advance(0);
    expect(issuer.requests).toHaveLength(1);
  });

  it('moves the timer along', async () => {
    const { clock, scheduler, requestTimes } = setUp();
    await scheduler.onApplicationBootstrap();
    await clock.advance(30 * MINUTE);
    scheduler.fireCron();
    await clock.advance(50 * MINUTE);
    expect(requestTimes()).toEqual([0, 30 * MINUTE, 80 * MINUTE]);
  });

  it('that fails leaves a fresh token be, and the timer on its day', async () => {
    const { clock, issuer, keeper, scheduler, requestTimes } = setUp();
    await scheduler.onApplicationBootstrap();
    await clock.advance(30 * MINUTE);
    issuer.next(failing('invalid_client'));
    scheduler.fireCron();
    await clock.advance(0);
    expect(keeper.peek()?.value).toBe('token-1');
    await clock.advance(20 * MINUTE);
    expect(requestTimes()).toEqual([0, 30 * MINUTE, 50 * MINUTE]);
  });
});

describe('shutdown', () => {
  it('leaves no timer pending, and nothing happens any more', async () => {
    const { clock, issuer, keeper, scheduler, events } = setUp();
    await scheduler.onApplicationBootstrap();
    await clock.advance(MINUTE);
    scheduler.beforeApplicationShutdown();
    expect(clock.pendingTimers).toBe(0);
    scheduler.fireCron();
    await clock.advance(HOUR);
    expect(issuer.requests).toHaveLength(1);
    keeper.close();
    await clock.advance(HOUR);
    expect(events).toHaveLength(1);
  });

  it('lets requests that are still running have a token', async () => {
    const { clock, keeper, scheduler } = setUp();
    await scheduler.onApplicationBootstrap();
    await clock.advance(MINUTE);
    scheduler.beforeApplicationShutdown();
    expect(keeper.peek()?.value).toBe('token-1');
  });

  it.each([
    ['succeeds', granting({ afterMs: SECOND })],
    ['fails', failing('invalid_client', { afterMs: SECOND })],
  ])('arms no timer when a renewal under way still %s', async (_, answer) => {
    const { clock, issuer, scheduler } = setUp();
    issuer.next(answer);
    await scheduler.onApplicationBootstrap();
    await clock.advance(500);
    scheduler.beforeApplicationShutdown();
    await clock.advance(SECOND);
    expect(clock.pendingTimers).toBe(0);
  });

  it('cuts a renewal under way short: no event, no timer, no request', async () => {
    const { clock, issuer, keeper, scheduler, events } = setUp();
    issuer.always(failing('server_error', { afterMs: SECOND }));
    await scheduler.onApplicationBootstrap();
    await clock.advance(500);
    scheduler.beforeApplicationShutdown();
    keeper.close();
    await clock.advance(HOUR);
    expect(events).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
    expect(issuer.requests).toHaveLength(1);
  });
});

describe('createTokenScheduler', () => {
  it('makes Nest run the job under its own name and at the configured time', async () => {
    const clock = new FakeClock();
    const issuer = new ScriptedIssuer(clock);
    const keeper = keeperOf({ issuer, clock });
    const registration = new PhoenixRegistration('acme');
    const schedule = { ...SCHEDULE, registration, refreshCron: '7 3 * * *', eager: false };
    const module = await Test.createTestingModule({
      imports: [ScheduleModule.forRoot()],
      providers: [
        {
          provide: PhoenixTokenScheduler,
          useFactory: () => createTokenScheduler({ keeper }, schedule, clock),
        },
      ],
    }).compile();
    await module.init();
    const job = module.get(SchedulerRegistry).getCronJob('phoenix-token-refresh-acme');
    expect(job.cronTime.source).toBe('7 3 * * *');
    await job.fireOnTick();
    await clock.advance(0);
    expect(issuer.requests).toHaveLength(1);
    await module.close();
    expect(job.isActive).toBe(false);
    expect(clock.pendingTimers).toBe(0);
  });

  it('lets two registrations have different times', async () => {
    const timesOf = async (schedules: TokenSchedule[]) => {
      const module = await Test.createTestingModule({
        imports: [ScheduleModule.forRoot()],
        providers: schedules.map((schedule, index) => ({
          provide: `scheduler-${index}`,
          useFactory: () => {
            const { keeper, clock } = setUp();
            return createTokenScheduler({ keeper }, schedule, clock);
          },
        })),
      }).compile();
      await module.init();
      const jobs = [...module.get(SchedulerRegistry).getCronJobs()];
      await module.close();
      return jobs.map(([name, job]) => [name, job.cronTime.source]);
    };
    const daily = { registration: new PhoenixRegistration('acme'), refreshCron: '0 3 * * *' };
    await expect(timesOf([SCHEDULE, { ...SCHEDULE, ...daily }])).resolves.toEqual([
      ['phoenix-token-refresh', '0 * * * *'],
      ['phoenix-token-refresh-acme', '0 3 * * *'],
    ]);
  });
});
