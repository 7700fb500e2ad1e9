import { readdirSync } from 'node:fs';
import { HeldVendor } from '../redis/held-vendor.js';
import { eventually } from '../support/redis-server.js';
import { RawConnection, requestFor } from './raw-connection.js';
import { API_KEY, TestService } from './service.js';

const BUNDLE = '/docs/swagger-ui-bundle.js';
const SHUTDOWN_MS = 3_000;

describe('a connection to the service', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await TestService.start();
  });
  afterAll(() => service[Symbol.asyncDispose]());

  const openFiles = (): number => readdirSync(`/proc/${service.process.pid}/fd`).length;

  it('takes the files with it that were to be sent on it', async () => {
    await service.get(BUNDLE);
    const before = openFiles();
    {
      using connection = await RawConnection.to(service.url);
      connection.write(requestFor(BUNDLE).repeat(12));
      await eventually(openFiles, (open) => open >= before + 3);
    }
    await eventually(openFiles, (open) => open <= before);
    expect(openFiles()).toBeLessThanOrEqual(before);
  });

  it('leaves an access line for each request on it, although it is cut', async () => {
    {
      using connection = await RawConnection.to(service.url);
      // The first answer is not read, so that those to the guesses have to wait.
      const guesses = Array.from({ length: 50 }, (_, guess) =>
        requestFor('/phoenix/token', { 'X-API-Key': `guess-number-${guess}` }),
      );
      connection.write(requestFor(BUNDLE) + guesses.join(''));
      await eventually(async () => (await service.get('/health/live')).status === 200);
    }
    const guessed = (): readonly Record<string, unknown>[] =>
      service.process.log.filter(({ path }) => path === '/phoenix/token');
    await eventually(
      () => guessed().length,
      (lines) => lines === 50,
    );
    const lines = new Set(
      guessed().map(({ context, method, status, aborted }) =>
        JSON.stringify({ context, method, status, aborted }),
      ),
    );
    expect([...lines]).toEqual(['{"context":"Access","method":"GET","status":401,"aborted":true}']);
  });
});

describe('a shutdown', () => {
  it('closes idle connections at once, and ends with the last answer, which says so', async () => {
    await using vendor = await HeldVendor.start();
    await using service = await TestService.start({
      PHOENIX_TOKEN_URL: vendor.tokenUrl,
      PHOENIX_EAGER: 'false',
    });
    using silent = await RawConnection.to(service.url);
    using idle = await RawConnection.to(service.url);
    await idle.get('/health/live').receives(1);
    using busy = await RawConnection.to(service.url);
    busy.get('/phoenix/token', { 'X-API-Key': API_KEY });
    await vendor.asked(1);

    const exited = service.process.signal('SIGTERM');
    await Promise.all([silent.all(), idle.all()]);
    vendor.answer(1);
    const reply = await busy.all();
    const answered = performance.now();
    expect(reply).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(reply).toMatch(/\r\nConnection: close\r\n/i);
    expect(await exited).toEqual({ code: 0, signal: null });
    expect(performance.now() - answered).toBeLessThan(SHUTDOWN_MS);
  });

  it('answers all of a pipeline, and announces the end with the last', async () => {
    await using vendor = await HeldVendor.start();
    await using service = await TestService.start({
      PHOENIX_TOKEN_URL: vendor.tokenUrl,
      PHOENIX_EAGER: 'false',
    });
    using busy = await RawConnection.to(service.url);
    busy.write(requestFor('/phoenix/token', { 'X-API-Key': API_KEY }).repeat(3));
    await vendor.asked(1);
    await eventually(async () => (await service.get('/health/live')).status === 200);

    using idle = await RawConnection.to(service.url);
    const exited = service.process.signal('SIGTERM');
    await idle.all();
    vendor.answer(1);
    const reply = await busy.all();
    expect(reply.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(3);
    expect(reply.match(/\r\nConnection: close\r\n/gi)).toHaveLength(1);
    expect(await exited).toEqual({ code: 0, signal: null });
  });
});
