import { inspect } from 'node:util';
import { PhoenixError } from '../../src/phoenix/index.js';
import { RedisTokenStore } from '../../src/phoenix/redis/index.js';
import { createSystemClock } from '../../src/phoenix/token/clock.js';
import { ForgetfulProxy } from '../support/forgetful-proxy.js';
import { describeWithRedis, eventually, RedisServer } from '../support/redis-server.js';
import { KEYS, Replica, Vendor } from './replicas.js';

const systemClock = createSystemClock();

/** Short waits, so that a silent Redis is found out soon. */
const IMPATIENT = { store: { commandTimeoutMs: 200, connectTimeoutMs: 400 } };

describeWithRedis('replicas whose Redis fails', () => {
  let redis: RedisServer;
  let vendor: Vendor;
  const replicas: Replica[] = [];

  beforeEach(async () => {
    vendor = new Vendor();
    redis = await RedisServer.start();
  });
  afterEach(async () => {
    redis.thaw();
    for (const replica of replicas.splice(0)) await replica[Symbol.asyncDispose]();
    await redis.kill();
  });

  const start = (to: { url: string } = redis): Replica => {
    const replica = Replica.start(vendor, to, IMPATIENT);
    replicas.push(replica);
    return replica;
  };

  it('start without it, and share what they have once it is there', async () => {
    await redis.kill();
    const early = start();
    const token = await early.service.getAccessToken();
    expect(early.service.status().sharing?.available).toBe(false);
    expect(early.events).toContain('store_unavailable');
    await redis.run();
    await early.sharing();
    await eventually(async () => (await redis.admin.keys('*:token')).length === 1);
    expect(await start().service.getAccessToken()).toBe(token);
    expect(vendor.requests).toBe(1);
  });

  it('serve on while it is down, and share again after it came back empty', async () => {
    const [one, other] = [start(), start()];
    const token = await one.service.getAccessToken();
    expect(await other.service.getAccessToken()).toBe(token);
    await redis.kill();
    await one.sharing(false);
    expect(await one.service.getAccessToken()).toBe(token);
    const renewed = await one.service.refresh();
    expect(renewed.value).toBe('secret-token-number-2');
    await redis.run();
    await Promise.all([one.sharing(), other.sharing()]);
    expect(one.events).toContain('store_available');
    await eventually(() => other.service.status().fingerprint === renewed.fingerprint);
    expect(vendor.requests).toBe(2);
  });

  it('share again after every outage', async () => {
    await redis.kill();
    const one = start();
    await one.service.getAccessToken();
    for (let outage = 1; outage <= 2; outage++) {
      await redis.run();
      await one.sharing();
      await eventually(async () => (await redis.admin.keys('*:token')).length === 1);
      await redis.kill();
      await one.sharing(false);
    }
    expect(vendor.requests).toBe(1);
  });

  it('hear news again over a new connection once a firewall forgot the old one', async () => {
    await using firewall = await ForgetfulProxy.before(redis.port);
    const [one, cutOff] = [start(), start({ url: `redis://127.0.0.1:${firewall.port}` })];
    await one.service.getAccessToken();
    await Promise.all([one.sharing(), cutOff.sharing()]);
    firewall.forgetConnections();
    await cutOff.service.refresh();
    await cutOff.sharing(false);
    await cutOff.sharing();
    const { fingerprint } = await one.service.refresh();
    const heard = await eventually(
      () => cutOff.service.status().fingerprint,
      (latest) => latest === fingerprint,
    );
    expect(heard).toBe(fingerprint);
  });

  it('share again when the first new connection is accepted and never answered', async () => {
    await using firewall = await ForgetfulProxy.before(redis.port);
    const [one, cutOff] = [start(), start({ url: `redis://127.0.0.1:${firewall.port}` })];
    await one.service.getAccessToken();
    await Promise.all([one.sharing(), cutOff.sharing()]);
    // Both of its connections: the one for commands and the one for news.
    firewall.swallowNext(2);
    firewall.cut();
    await eventually(() => firewall.swallowed);
    await cutOff.sharing();
    await eventually(async () => (await redis.listeners()) === 2);
    const { fingerprint } = await one.service.refresh();
    const heard = await eventually(
      () => cutOff.service.status().fingerprint,
      (latest) => latest === fingerprint,
    );
    expect(heard).toBe(fingerprint);
  });

  it('never take a silent Redis for a lock that is held', async () => {
    const replica = start();
    await replica.service.getAccessToken();
    redis.freeze();
    const startedMs = performance.now();
    expect((await replica.service.refresh()).value).toBe('secret-token-number-2');
    expect(performance.now() - startedMs).toBeLessThan(8_000);
    expect(replica.service.status().sharing?.available).toBe(false);
    redis.thaw();
    await replica.sharing();
  });

  it('start while it is silent', async () => {
    redis.freeze();
    expect(await start().service.getAccessToken()).toBe('secret-token-number-1');
  });

  it('shut down at once while they wait for a first connection', async () => {
    redis.freeze();
    const replica = Replica.start(vendor, redis, { store: { connectTimeoutMs: 30_000 } });
    const cut = replica.service.getAccessToken().catch((error: unknown) => error);
    await new Promise(setImmediate);
    const startedMs = performance.now();
    await replica.service.onApplicationShutdown();
    expect(performance.now() - startedMs).toBeLessThan(5_000);
    expect(await cut).toMatchObject({ code: 'shut_down' });
    expect(vendor.requests).toBe(0);
  });

  it('renew for themselves when it takes no more data', async () => {
    const replica = start();
    await replica.service.getAccessToken();
    await redis.admin.config('SET', 'maxmemory', '1');
    expect((await replica.service.refresh()).value).toBe('secret-token-number-2');
    expect(replica.service.status().sharing?.available).toBe(false);
    await redis.admin.config('SET', 'maxmemory', '0');
    await replica.sharing();
    expect(await start().service.getAccessToken()).toBe('secret-token-number-2');
    expect(vendor.requests).toBe(2);
  });

  it('tell the others of a rejection once it is back', async () => {
    const [one, other] = [start(), start()];
    const rejected = await one.service.getAccessToken();
    expect(await other.service.getAccessToken()).toBe(rejected);
    await redis.kill();
    await Promise.all([one.sharing(false), other.sharing(false)]);
    one.service.invalidate(rejected);
    const next = await one.service.getAccessToken();
    expect(next).toBe('secret-token-number-2');
    await redis.run();
    await eventually(async () => {
      const tokens = await Promise.all([one, other].map(({ service }) => service.getAccessToken()));
      return tokens[0] === tokens[1] && tokens[0] !== rejected;
    });
    expect(vendor.requests).toBeLessThanOrEqual(3);
  });

  it('leave a rejected token even if Redis forgets that it was rejected', async () => {
    const one = start();
    const rejected = await one.service.getAccessToken();
    const [key = ''] = (await redis.admin.keys('*:token')) as [string?];
    const record = await redis.admin.dumpBuffer(key);
    vendor.failures.push(new PhoenixError('invalid_client', 'Refused.', { status: 401 }));
    one.service.invalidate(rejected);
    await expect(one.service.getAccessToken()).rejects.toMatchObject({ code: 'invalid_client' });
    // As a fail-over to a replica of Redis does that had not heard of it yet.
    await redis.admin.flushall();
    await redis.admin.restore(key, 3_600_000, record);
    expect((await one.service.refresh()).value).toBe('secret-token-number-3');
  });

  it('tell the others of every rejection, not only of the last one', async () => {
    const [one, other] = [start(), start()];
    const first = await one.service.getAccessToken();
    expect(await other.service.getAccessToken()).toBe(first);
    await redis.kill();
    await Promise.all([one.sharing(false), other.sharing(false)]);
    one.service.invalidate(first);
    one.service.invalidate(await one.service.getAccessToken());
    await redis.run();
    await eventually(async () => (await other.service.getAccessToken()) !== first);
  });

  it('learn of a rejection that nobody is left to tell', async () => {
    await redis.admin.acl('SETUSER', 'default', '-subscribe');
    const deaf = start();
    const rejected = await deaf.service.getAccessToken();
    {
      await using gone = start();
      expect(await gone.service.getAccessToken()).toBe(rejected);
      gone.service.invalidate(rejected);
      gone.service.invalidate(await gone.service.getAccessToken());
    }
    expect(await deaf.service.getAccessToken()).toBe(rejected);
    await redis.admin.acl('SETUSER', 'default', '+subscribe');
    await redis.cut('subscribe');
    await eventually(async () => (await deaf.service.getAccessToken()) !== rejected);
  });

  it('notice that a firewall forgot their connections, and connect anew', async () => {
    await using firewall = await ForgetfulProxy.before(redis.port);
    // A minute of looking for oneself takes half a second.
    const hasty = {
      ...systemClock,
      scheduleInBackground: (callback: () => void, delayMs: number) =>
        systemClock.scheduleInBackground(callback, delayMs / 120),
    };
    await using cutOff = Replica.start(
      vendor,
      { url: `redis://127.0.0.1:${firewall.port}` },
      { clock: hasty },
    );
    const one = start();
    const rejected = await one.service.getAccessToken();
    expect(await cutOff.service.getAccessToken()).toBe(rejected);
    await cutOff.sharing();

    firewall.forgetConnections();
    one.service.invalidate(rejected);
    const next = await one.service.getAccessToken();
    await eventually(async () => (await cutOff.service.getAccessToken()) === next);
    await cutOff.sharing();
    expect(vendor.requests).toBe(2);
  });

  it('leave no lock behind that they did not hear of', async () => {
    const account = { tokenUrl: 'https://a.example', clientId: 'a', clientAuthentication: 'body' };
    const record = new RedisTokenStore({ url: redis.url, encryptionKeys: KEYS }).open(
      account,
      () => undefined,
    );
    try {
      await record.read();
      redis.freeze();
      await expect(record.acquire(60_000)).rejects.toMatchObject({ code: 'store_unavailable' });
      redis.thaw();
      await eventually(async () => (await redis.admin.keys('*:generation')).length === 1);
      await eventually(async () => (await redis.admin.keys('*:lock')).length === 0);
    } finally {
      await record.close();
    }
  });

  it('keep a failure of their own secret store to themselves', async () => {
    vendor.failures.push(new PhoenixError('secret_unavailable', 'No secret.'));
    await expect(start().service.getAccessToken()).rejects.toMatchObject({
      code: 'secret_unavailable',
    });
    expect(await start().service.getAccessToken()).toBe('secret-token-number-2');
  });

  it.each([
    ['run no script', ['~*', '&*', '+@all', '-eval']],
    ['publish nothing', ['~*', 'resetchannels', '+@all']],
    ['not see the time', ['~*', '&*', '+@all', '-time']],
  ])('say once that their user may %s, and why', async (_, rights) => {
    await redis.admin.acl('SETUSER', 'limited', 'reset', 'on', '>its-password', ...rights);
    const replica = start({ url: `redis://limited:its-password@127.0.0.1:${redis.port}` });
    const told: unknown[] = [];
    replica.service.events$.subscribe((event) => told.push(event));
    expect(await replica.service.getAccessToken()).toBe('secret-token-number-1');
    await eventually(async () => (await redis.refusals()) >= 4);
    expect(told.filter((event) => (event as { type: string }).type.startsWith('store'))).toEqual([
      { type: 'store_unavailable', reason: 'NOPERM' },
    ]);
    await redis.admin.acl('SETUSER', 'limited', '+@all', 'allchannels');
    await replica.sharing();
  });

  it('do without it when the password is wrong, and tell it to nobody', async () => {
    await using closed = await RedisServer.start({ password: 'the-redis-password' });
    const replica = start({ url: `redis://:a-wrong-password@127.0.0.1:${closed.port}` });
    const reasons: string[] = [];
    replica.service.events$.subscribe((event) => reasons.push(JSON.stringify(event)));
    expect(await replica.service.getAccessToken()).toBe('secret-token-number-1');
    await replica.sharing(false);
    const innards = inspect(replica.life, { depth: Infinity, showHidden: true });
    expect(reasons.join() + innards).not.toContain('a-wrong-password');
  });
});
