import type { Server } from 'node:http';
import { SchedulerRegistry } from '@nestjs/schedule';
import { PhoenixError, PhoenixTokenService } from '../../src/phoenix/index.js';
import { PhoenixSandbox } from '../../src/sandbox/index.js';
import { FakeClock } from '../support/fake-clock.js';
import { phoenixHost } from './harness.js';

describe('The module in its host', () => {
  let clock: FakeClock;
  let sandbox: PhoenixSandbox;

  beforeEach(async () => {
    clock = new FakeClock();
    sandbox = await PhoenixSandbox.start({ now: () => clock.wallMs() });
  });
  afterEach(() => sandbox.close());

  const host = () => phoenixHost().vendor(sandbox).clock(clock);

  describe('start-up', () => {
    it('fetches the first token without waiting for it', async () => {
      sandbox.setFault({ kind: 'hang', times: 1 });
      await using app = await host().start();
      await sandbox.tokenRequestArrived(1);

      expect((await app.get('/phoenix/health/live')).status).toBe(200);
      expect(app.tokens.status()).toMatchObject({ state: 'NONE', refreshing: true });
    });

    it('shares the first request with all early callers', async () => {
      await using app = await host().start();

      const replies = await Promise.all(
        Array.from({ length: 20 }, () => app.get('/phoenix/token')),
      );

      expect(new Set(replies.map(({ body }) => body.access_token)).size).toBe(1);
      expect(sandbox.stats().tokenRequests.total).toBe(1);
    });

    it('survives a vendor that is down, and says so once', async () => {
      sandbox.setFault({ kind: 'status', status: 503 });
      await using app = await host().options({ maxAttempts: 1 }).start();
      await app.get('/phoenix/token');
      for (let retry = 0; retry < 3; retry++) await app.tokens.refresh().catch(() => undefined);

      expect((await app.get('/phoenix/health/live')).status).toBe(200);
      expect(app.logbook.ofPhoenix('error')).toEqual([
        expect.stringMatching(/HTTP 503.*\[server_error\] There is no usable token/),
      ]);
    });

    it('with eager: false waits for the first caller', async () => {
      await using app = await host().options({ eager: false }).start();
      await clock.advance(60_000);
      expect(sandbox.stats().tokenRequests.total).toBe(0);

      expect((await app.get('/phoenix/token')).status).toBe(200);
      expect(sandbox.stats().tokenRequests.total).toBe(1);
    });

    it('with failFast has a token before it listens', async () => {
      await using app = await host().options({ failFast: true }).start();

      expect(app.tokens.status().state).toBe('FRESH');
    });

    it('with failFast is refused when there is none', async () => {
      sandbox.setFault({ kind: 'status', status: 401, error: 'invalid_client' });

      const error = await host().options({ failFast: true }).failToStart();

      expect(error).toBeInstanceOf(PhoenixError);
      expect(error).toMatchObject({ code: 'invalid_client' });
      expect(sandbox.stats().tokenRequests.total).toBe(1);
      expect(clock.pendingTimers).toBe(0);
    });

    it('takes the cron expression from the options', async () => {
      await using app = await host().options({ refreshCron: '30 4 * * *' }).start();

      const job = app.app.get(SchedulerRegistry).getCronJob('phoenix-token-refresh');

      expect(job.cronTime.source).toBe('30 4 * * *');
    });
  });

  describe('shutdown', () => {
    it('in the middle of a request settles whoever waits, and leaves nothing behind', async () => {
      sandbox.setFault({ kind: 'hang' });
      const app = await host().start();
      const events: string[] = [];
      let completed = false;
      app.tokens.events$.subscribe({
        next: ({ type }) => events.push(type),
        complete: () => (completed = true),
      });
      const waiters = [app.tokens.getAccessToken(), app.tokens.getToken(), app.tokens.refresh()];
      const outcomes = Promise.allSettled(waiters);
      await sandbox.tokenRequestArrived(1);

      await app.close();

      expect(await outcomes).toEqual(
        waiters.map(() => ({
          status: 'rejected',
          reason: expect.objectContaining({ code: 'shut_down' }) as unknown,
        })),
      );
      expect(clock.pendingTimers).toBe(0);
      expect(completed).toBe(true);
      expect(events).toEqual([]);
    });

    it('cuts the request to the vendor', async () => {
      sandbox.setFault({ kind: 'hang' });
      const app = await host().start();
      await sandbox.tokenRequestArrived(1);
      expect(sandbox.stats().tokenRequests.pending).toBe(1);

      await app.close();

      // The sandbox learns of it by the end of the connection, which is a turn of the loop away.
      while (sandbox.stats().tokenRequests.pending > 0) await new Promise(setImmediate);
      expect(sandbox.stats().tokenRequests.failed).toBe(1);
    });

    it('lets a caller over HTTP have its answer first', async () => {
      sandbox.setFault({ kind: 'hang' });
      const app = await host().start();
      const reply = app.get('/phoenix/token').then(({ status }) => status);
      await sandbox.tokenRequestArrived(1);

      const closed = app.close();
      while ((app.app.getHttpServer() as Server).listening) await new Promise(setImmediate);
      await clock.advance(10_000);

      expect(await reply).toBe(503);
      await closed;
      expect(clock.pendingTimers).toBe(0);
    });

    it('stops every timer and the cron job', async () => {
      const app = await host().start();
      await app.tokens.getAccessToken();
      expect(clock.pendingTimers).toBe(1);
      const job = app.app.get(SchedulerRegistry).getCronJob('phoenix-token-refresh');

      await app.close();
      await clock.advance(86_400_000);

      expect(clock.pendingTimers).toBe(0);
      expect(job.isActive).toBe(false);
      expect(sandbox.stats().tokenRequests.total).toBe(1);
    });

    it('hands out nothing any more', async () => {
      const app = await host().start();
      const tokens = app.app.get(PhoenixTokenService);
      await tokens.getAccessToken();

      await app.close();

      await expect(tokens.getAccessToken()).rejects.toMatchObject({ code: 'shut_down' });
      expect(tokens.status().state).toBe('NONE');
    });

    it('warns of nothing', async () => {
      const app = await host().start();
      await app.tokens.getAccessToken();
      await app.close();

      expect([...app.logbook.ofPhoenix('warn'), ...app.logbook.ofPhoenix('error')]).toEqual([]);
    });
  });
});
