import { Redis } from 'ioredis';
import { PhoenixError } from '../../src/phoenix/index.js';
import { RedisTokenStore } from '../../src/phoenix/redis/index.js';
import { createSystemClock } from '../../src/phoenix/token/clock.js';
import { writeMessage } from '../../src/phoenix/redis/store-message.js';
import type { SharedRecord } from '../../src/phoenix/token/token-store.js';
import { describeWithRedis, eventually, RedisServer } from '../support/redis-server.js';
import { ACCOUNT, KEYS, Replica, tokenOf, Vendor } from './replicas.js';

const systemClock = createSystemClock();

/** Counts how often a record is read from now on. */
async function looksAt({ admin }: RedisServer) {
  const monitor = await admin.monitor();
  const looks = {
    count: 0,
    end: () => {
      monitor.disconnect();
    },
  };
  monitor.on('monitor', (_time: string, [command]: string[]) => {
    if (command === 'HMGET') looks.count++;
  });
  return looks;
}

describeWithRedis('replicas that share a token through Redis', () => {
  let redis: RedisServer;
  let vendor: Vendor;
  const replicas: Replica[] = [];

  beforeAll(async () => {
    redis = await RedisServer.start();
  });
  beforeEach(async () => {
    vendor = new Vendor();
    await redis.admin.flushall();
  });
  afterEach(async () => {
    for (const replica of replicas.splice(0)) await replica[Symbol.asyncDispose]();
  });
  afterAll(() => redis.kill());

  const start = (...args: [Parameters<typeof Replica.start>[2]?]): Replica => {
    const replica = Replica.start(vendor, redis, ...args);
    replicas.push(replica);
    return replica;
  };

  /** A place in the store without a keeper beside it. */
  const openRecord = (): SharedRecord => {
    const store = new RedisTokenStore({ url: redis.url, encryptionKeys: KEYS });
    return store.open(ACCOUNT, () => undefined);
  };
  it('end their events and their timers at shutdown', async () => {
    const pending = new Set<object>();
    const counting = {
      ...systemClock,
      scheduleInBackground: (callback: () => void, delayMs: number) => {
        const timer = {};
        const cancel = systemClock.scheduleInBackground(() => {
          pending.delete(timer);
          callback();
        }, delayMs);
        pending.add(timer);
        return () => {
          pending.delete(timer);
          cancel();
        };
      },
    };
    const { service } = start({ clock: counting });
    let completed = false;
    service.events$.subscribe({ complete: () => (completed = true) });
    await service.getAccessToken();
    expect(pending.size).toBeGreaterThan(0);
    await service.onApplicationShutdown();
    expect(completed).toBe(true);
    expect(pending.size).toBe(0);
  });

  it('make one request for a crowd of cold callers', async () => {
    const four = Array.from({ length: 4 }, () => start());
    const crowd = four.flatMap(({ service }) =>
      Array.from({ length: 500 }, () => service.getAccessToken()),
    );
    expect(new Set(await Promise.all(crowd))).toEqual(new Set(['secret-token-number-1']));
    expect(vendor.requests).toBe(1);
    for (const { events } of four) {
      expect(events.filter((type) => type !== 'handed_out')).toEqual(['refreshed']);
    }
  });

  it('hand out the shared life, not a new one', async () => {
    const first = await start().service.getToken();
    const second = await start().service.getToken();
    expect(second.value).toBe(first.value);
    expect(second.scope).toEqual(['iframe']);
    expect(second.remainingMs()).toBeLessThanOrEqual(first.remainingMs());
    expect(first.remainingMs() - second.remainingMs()).toBeLessThan(2_000);
  });

  it('live by the life that is left, however wrong their wall clocks are', async () => {
    const minute = 60_000;
    const skewed = { ...systemClock, wallMs: () => systemClock.wallMs() - 10 * minute };
    const first = await start({ clock: skewed }).service.getToken();
    const second = await start().service.getToken();
    expect(second.value).toBe(first.value);
    expect(second.remainingMs()).toBeLessThanOrEqual(first.remainingMs());
  });

  it('learn of a new token at once', async () => {
    const [one, other] = [start(), start()];
    await Promise.all([one.sharing(), other.sharing()]);
    await other.service.getAccessToken();
    const renewed = await one.service.refresh();
    await eventually(() => other.service.status().fingerprint === renewed.fingerprint);
    expect(vendor.requests).toBe(2);
  });

  it('all leave a token that one of them saw rejected', async () => {
    const [one, other] = [start(), start()];
    const rejected = await one.service.getAccessToken();
    expect(await other.service.getAccessToken()).toBe(rejected);
    await Promise.all([one.sharing(), other.sharing()]);
    expect(one.service.invalidate(rejected)).toBe(true);
    await eventually(() => other.events.includes('invalidated'));
    const next = await Promise.all([one, other].map(({ service }) => service.getAccessToken()));
    expect(new Set(next)).toEqual(new Set(['secret-token-number-2']));
    expect(vendor.requests).toBe(2);
  });

  it('tell of a rejection once, however many hear of it', async () => {
    const [one, ...others] = [start(), start(), start()];
    const rejected = await one.service.getAccessToken();
    for (const { service } of others) expect(await service.getAccessToken()).toBe(rejected);
    await Promise.all([one, ...others].map((replica) => replica.sharing()));
    const told: string[] = [];
    const monitor = await redis.admin.monitor();
    monitor.on('monitor', (_time: string, args: string[]) => {
      if (args[0]?.toLowerCase() === 'publish') told.push(args.join(' '));
    });
    one.service.invalidate(rejected);
    await eventually(() => others.every(({ events }) => events.includes('invalidated')));
    await Promise.all([one, ...others].map(({ service }) => service.getAccessToken()));
    await eventually(() => told.some((message) => message.includes('token_published')));
    monitor.disconnect();
    expect(told.filter((message) => message.includes('token_rejected'))).toHaveLength(1);
  });

  it('serve no token any more that they find to be rejected, even if no other can be had', async () => {
    await redis.admin.acl('SETUSER', 'default', '-subscribe');
    const deaf = start();
    const rejected = await deaf.service.getAccessToken();
    const one = start();
    expect(await one.service.getAccessToken()).toBe(rejected);
    vendor.failures.push(new PhoenixError('invalid_client', 'Refused.', { status: 401 }));
    one.service.invalidate(rejected);
    await expect(one.service.getAccessToken()).rejects.toMatchObject({ code: 'invalid_client' });
    expect(await deaf.service.getAccessToken()).toBe(rejected);

    vendor.failures.push(new PhoenixError('invalid_client', 'Refused.', { status: 401 }));
    await expect(deaf.service.refresh()).rejects.toMatchObject({ code: 'invalid_client' });
    await redis.admin.acl('SETUSER', 'default', '+subscribe');
    expect(deaf.service.status().state).toBe('NONE');
    await expect(deaf.service.getAccessToken()).rejects.toMatchObject({ code: 'invalid_client' });
  });

  it('never take up a rejected token that lies in the record', async () => {
    const [one, other] = [start(), start()];
    const rejected = await one.service.getAccessToken();
    const [key = ''] = await redis.admin.keys('*:token');
    const record = await redis.admin.hgetall(key);
    one.service.invalidate(rejected);
    await eventually(async () => (await other.service.getAccessToken()) !== rejected);

    await redis.admin.hset(key, record);
    const [channel = ''] = (await redis.admin.pubsub('CHANNELS')) as string[];
    await redis.admin.publish(channel, writeMessage({ type: 'token_published' }));
    expect(await start().service.getAccessToken()).not.toBe(rejected);
    for (const { service } of [one, other]) {
      expect(await service.getAccessToken()).not.toBe(rejected);
    }
  });

  it('share a rejected token only when Phoenix has just issued it again', async () => {
    const record = openRecord();
    try {
      const token = tokenOf('rejected');
      await record.reject(token.fingerprint);
      const sharing = await record.acquire(5_000);
      expect(await sharing?.publish(token, 50_000, false)).toBe(false);
      expect(await record.read()).toMatchObject({
        token: undefined,
        rejected: [token.fingerprint],
      });
      const renewing = await record.acquire(5_000);
      expect(await renewing?.publish(token, 50_000, true)).toBe(true);
      expect(await record.read()).toMatchObject({ token: { value: 'rejected' }, rejected: [] });
    } finally {
      await record.close();
    }
  });

  it('agree on a token that Phoenix issues again after it was rejected', async () => {
    vendor.reissues = 'secret-token-again';
    const [one, other] = [start(), start()];
    const again = await one.service.getAccessToken();
    expect(await other.service.getAccessToken()).toBe(again);
    await Promise.all([one.sharing(), other.sharing()]);
    one.service.invalidate(again);
    await eventually(() => other.events.includes('invalidated'));
    await Promise.all([one, other].map(({ service }) => service.getAccessToken()));
    expect(vendor.requests).toBe(2);
    expect(await start().service.getAccessToken()).toBe(again);
    expect(vendor.requests).toBe(2);
    expect(one.events.concat(other.events).filter((type) => type === 'invalidated')).toHaveLength(
      2,
    );
  });

  it('all take the longer life of a token that Phoenix issues again', async () => {
    vendor.reissues = 'secret-token-again';
    vendor.lifetimeMs = 600_000;
    const [one, other] = [start(), start()];
    const again = await one.service.getAccessToken();
    expect(await other.service.getAccessToken()).toBe(again);
    vendor.lifetimeMs = 3_600_000;
    await one.service.refresh();
    const seconds = await eventually(
      () => other.service.status().expiresInSeconds,
      (left) => left > 3_590,
    );
    expect(seconds).toBeLessThanOrEqual(3_601);
    expect(vendor.requests).toBe(2);
  });

  it('end up with the token that lives longest, whoever shares last', async () => {
    const [one, other] = [start(), start()];
    await one.service.getAccessToken();
    const [key = ''] = await redis.admin.keys('*:token');
    const record = await redis.admin.hgetall(key);
    const better = await one.service.refresh();
    await eventually(() => other.service.status().fingerprint === better.fingerprint);

    await redis.admin.hset(key, record);
    const [channel = ''] = (await redis.admin.pubsub('CHANNELS')) as string[];
    await redis.admin.publish(channel, writeMessage({ type: 'token_published' }));
    await eventually(
      () => redis.admin.hget(key, 'fingerprint'),
      (fingerprint) => fingerprint === better.fingerprint,
    );
    expect(vendor.requests).toBe(2);
  });

  it('leave a younger token alone that lives shorter than their own', async () => {
    const [one, other] = [start(), start()];
    const longer = await one.service.getAccessToken();
    expect(await other.service.getAccessToken()).toBe(longer);
    vendor.lifetimeMs = 1_800_000;
    const younger = await one.service.refresh();
    const third = start();
    expect(await third.service.getAccessToken()).toBe(younger.value);
    expect(await one.service.getAccessToken()).toBe(younger.value);
    expect(vendor.requests).toBe(2);
  });

  it('share a token as soon as the lock is free, and leave a standing failure as it is', async () => {
    const [one, other] = [start(), start()];
    const token = await one.service.getAccessToken();
    expect(await other.service.getAccessToken()).toBe(token);
    const [key = ''] = await redis.admin.keys('*:token');
    const lock = key.replace(/token$/, 'lock');
    const failure = key.replace(/token$/, 'failure');
    await redis.admin.del(key);
    await redis.admin.set(lock, 'somebody who dies', 'PX', 1_000);
    await redis.admin.hset(failure, {
      code: 'rate_limited',
      failures: 1,
      until: 9e15,
      vendorUntil: 9e15,
    });
    await redis.admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await eventually(async () => (await redis.admin.exists(key)) === 1);
    expect(await redis.admin.exists(failure)).toBe(1);
    expect(await start().service.getAccessToken()).toBe(token);
    expect(vendor.requests).toBe(1);
  });

  it('publish nothing under a lease that somebody else has taken over', async () => {
    const record = openRecord();
    try {
      const late = await record.acquire(5_000);
      expect(await record.acquire(5_000)).toBeUndefined();
      const [lock = ''] = await redis.admin.keys('*:lock');
      await redis.admin.del(lock);
      const current = await record.acquire(5_000);
      expect(await current?.publish(tokenOf('current'), 50_000, true)).toBe(true);
      expect(await late?.publish(tokenOf('stale'), 50_000, true)).toBe(false);
      expect((await record.read()).token?.value).toBe('current');
    } finally {
      await record.close();
    }
  });

  it('share the pause after a failure', async () => {
    vendor.failures.push(
      new PhoenixError('rate_limited', 'Slow down.', { status: 429, retryAfterMs: 120_000 }),
    );
    const [one, other] = [start(), start()];
    await expect(one.service.getAccessToken()).rejects.toMatchObject({ code: 'rate_limited' });
    const refusal = await other.service.getAccessToken().catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'rate_limited', status: 429 });
    const { retryAfterMs } = refusal as PhoenixError;
    expect(retryAfterMs).toBeGreaterThan(110_000);
    expect(retryAfterMs).toBeLessThanOrEqual(120_000);
    await expect(other.service.refresh()).rejects.toMatchObject({ code: 'rate_limited' });
    expect(vendor.requests).toBe(1);
  });

  it('let a forced refresh end a pause that the vendor did not ask for', async () => {
    vendor.failures.push(new PhoenixError('invalid_scope', 'Refused.', { status: 400 }));
    const [one, other] = [start(), start()];
    await expect(one.service.getAccessToken()).rejects.toMatchObject({ code: 'invalid_scope' });
    await expect(other.service.getAccessToken()).rejects.toMatchObject({ code: 'invalid_scope' });
    expect((await other.service.refresh()).value).toBe('secret-token-number-2');
  });

  it('do not wait out the refusal of a replica whose client secret is another one', async () => {
    vendor.failures.push(new PhoenixError('invalid_client', 'Refused.', { status: 401 }));
    const [outdated, rotated] = [start(), start()];
    await expect(outdated.service.getAccessToken()).rejects.toMatchObject({
      code: 'invalid_client',
    });
    expect(await rotated.service.getAccessToken()).toBe('secret-token-number-2');
    await eventually(() => outdated.service.status().state === 'FRESH');
    expect(await outdated.service.getAccessToken()).toBe('secret-token-number-2');
    expect(vendor.requests).toBe(2);
  });

  it('wait out the pause that the vendor asked for along with a refusal of one of them', async () => {
    vendor.failures.push(
      new PhoenixError('invalid_client', 'Refused.', { status: 401, retryAfterMs: 120_000 }),
    );
    const [outdated, rotated] = [start(), start()];
    await expect(outdated.service.getAccessToken()).rejects.toMatchObject({
      code: 'invalid_client',
    });
    const refusal = await rotated.service.getAccessToken().catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'invalid_client', status: 401 });
    expect((refusal as PhoenixError).retryAfterMs).toBeGreaterThan(110_000);
    await expect(rotated.service.refresh()).rejects.toMatchObject({ code: 'invalid_client' });
    expect(vendor.requests).toBe(1);
  });

  describe('while one of them waits out a pause that the vendor asked for', () => {
    const tooFast = () =>
      new PhoenixError('rate_limited', 'Slow down.', { status: 429, retryAfterMs: 8_000 });

    it('keep to it when that one shuts down', async () => {
      vendor.failures.push(tooFast());
      const [one, other] = [start(), start()];
      const cut = one.service.getAccessToken().catch((error: unknown) => error);
      await eventually(() => vendor.requests === 1);
      const waiting = other.service.getAccessToken().catch((error: unknown) => error);
      await other.sharing();
      await one.service.onApplicationShutdown();
      expect(await cut).toMatchObject({ code: 'shut_down' });
      expect(await waiting).toMatchObject({ code: 'rate_limited', status: 429 });
      expect(vendor.requests).toBe(1);
    });

    it('keep to it when the token of that one is rejected', async () => {
      const [one, other] = [start(), start()];
      const rejected = await one.service.getAccessToken();
      expect(await other.service.getAccessToken()).toBe(rejected);
      await Promise.all([one.sharing(), other.sharing()]);
      vendor.failures.push(tooFast());
      const refreshing = one.service.refresh().catch((error: unknown) => error);
      await eventually(() => vendor.requests === 2);
      one.service.invalidate(rejected);
      await eventually(() => other.events.includes('invalidated'));
      await expect(other.service.getAccessToken()).rejects.toMatchObject({ code: 'rate_limited' });
      expect(await refreshing).toMatchObject({ code: 'rate_limited' });
      expect(vendor.requests).toBe(2);
    });
  });

  it('hand the right to renew over when its holder shuts down', async () => {
    let open: () => void = () => undefined;
    vendor.gate = new Promise((resolve) => (open = resolve));
    const [holder, waiter] = [start(), start()];
    const cut = holder.service.getAccessToken().catch((error: unknown) => error);
    await eventually(() => vendor.requests === 1);
    const waiting = waiter.service.getAccessToken();
    await holder.service.onApplicationShutdown();
    await eventually(() => vendor.requests === 2);
    open();
    expect(await waiting).toBe('secret-token-number-2');
    expect(await cut).toMatchObject({ code: 'shut_down' });
  });

  it('of two accounts share over one connection, whenever the second one comes', async () => {
    const store = new RedisTokenStore({ url: redis.url, encryptionKeys: KEYS });
    const first = start({ options: { store } });
    await first.sharing();
    const second = start({ options: { store, clientId: 'another' } });
    await second.sharing();
    expect(await second.service.getAccessToken()).not.toBe(await first.service.getAccessToken());
  });

  it('share through a client of the host that replies in text', async () => {
    const client = new Redis(redis.url, { stringNumbers: true });
    try {
      const textual = start({ store: { url: undefined, client } });
      const token = await textual.service.getAccessToken();
      expect(await start().service.getAccessToken()).toBe(token);
      expect(vendor.requests).toBe(1);
    } finally {
      client.disconnect();
    }
  });

  it('do not share across accounts', async () => {
    await start().service.getAccessToken();
    await start({ options: { clientId: 'another' } }).service.getAccessToken();
    expect(vendor.requests).toBe(2);
  });

  it('rotate the encryption key without a request', async () => {
    const next = { id: 'k2', key: Buffer.alloc(32, 2).toString('base64') };
    const old = await start().service.getAccessToken();
    const both = start({ store: { encryptionKeys: [next, ...KEYS] } });
    expect(await both.service.getAccessToken()).toBe(old);
    const renewed = await both.service.refresh();
    const newOnly = start({ store: { encryptionKeys: [next] } });
    expect(await newOnly.service.getAccessToken()).toBe(renewed.value);
    expect(vendor.requests).toBe(2);
  });

  it('leave nothing readable in Redis', async () => {
    const seen: string[] = [];
    const monitor = await redis.admin.monitor();
    monitor.on('monitor', (_time: string, args: string[]) => seen.push(args.join(' ')));
    const token = await start().service.getAccessToken();
    await eventually(() => seen.some((line) => line.includes('token_published')));
    monitor.disconnect();
    const keys = await redis.admin.keys('*');
    const values = await Promise.all(
      keys.map(async (key) => JSON.stringify(await redis.admin.dump(key))),
    );
    const record = keys.find((key) => key.endsWith(':token')) ?? '';
    const fields = JSON.stringify(await redis.admin.hgetall(record));
    for (const text of [...seen, ...keys, ...values, fields]) {
      expect(text).not.toContain(token);
      expect(text).not.toContain('the-client-secret');
    }
    expect(fields).toContain('"keyId":"k1"');
    expect(await redis.admin.pttl(record)).toBeGreaterThan(3_500_000);
    expect(await redis.admin.pttl(record)).toBeLessThanOrEqual(3_570_000);
  });

  it.each([
    ['a foreign type', (key: string) => redis.admin.lpush(key, 'x')],
    ['a truncated text', (key: string) => redis.admin.hset(key, 'sealed', 'AAAA')],
    ['another version', (key: string) => redis.admin.hset(key, 'version', '99')],
    ['an unknown key id', (key: string) => redis.admin.hset(key, 'keyId', 'k9')],
  ])('take a record of %s for none, count and overwrite it', async (what, spoil) => {
    const old = await start().service.getAccessToken();
    const [key = ''] = (await redis.admin.keys('*:token')) as [string?];
    if (what === 'a foreign type') await redis.admin.del(key);
    await spoil(key);
    const replica = start();
    expect(await replica.service.getAccessToken()).not.toBe(old);
    expect(replica.service.status().sharing?.rejectedRecords).toBeGreaterThan(0);
    expect(replica.events).toContain('shared_record_rejected');
    const heir = start();
    expect(await heir.service.getAccessToken()).toBe(await replica.service.getAccessToken());
    expect(vendor.requests).toBe(2);
  });

  it('count a record that stays unreadable once, however often they look, and every other one', async () => {
    const replica = start();
    await replica.service.getAccessToken();
    const [key = ''] = await redis.admin.keys('*:token');
    const [channel = ''] = (await redis.admin.pubsub('CHANNELS')) as string[];
    const looks = await looksAt(redis);
    const spoil = async (version: string) => {
      await redis.admin.hset(key, 'version', version);
      await redis.admin.publish(channel, writeMessage({ type: 'token_published' }));
      await redis.admin.publish(channel, writeMessage({ type: 'token_published' }));
      await redis.admin.publish(channel, writeMessage({ type: 'token_published' }));
    };
    const rejected = () => replica.service.status().sharing?.rejectedRecords;
    await spoil('98');
    await eventually(rejected);
    await eventually(() => looks.count >= 3);
    expect(rejected()).toBe(1);
    expect(replica.events.filter((type) => type === 'shared_record_rejected')).toHaveLength(1);
    await spoil('99');
    await eventually(() => looks.count >= 6);
    expect(await eventually(rejected, (count) => count === 2)).toBe(2);
    looks.end();
  });

  it('survive nonsense in the lock and in the generation', async () => {
    await start().service.getAccessToken();
    const [key = ''] = (await redis.admin.keys('*:token')) as [string?];
    const base = key.slice(0, -'token'.length);
    await redis.admin.del(key, `${base}generation`);
    await redis.admin.set(`${base}generation`, 'many');
    await redis.admin.set(`${base}lock`, 'forever');
    await start().service.getAccessToken();
    expect(vendor.requests).toBe(2);
    await redis.admin.del(key);
    await redis.admin.set(`${base}lock`, 'for an hour', 'PX', 3_600_000);
    await start().service.getAccessToken();
    expect(vendor.requests).toBe(3);
  });

  it('serve a token that is almost over when the vendor is down', async () => {
    vendor.lifetimeMs = 100_000;
    await start({ options: { minRemainingSeconds: 0 } }).service.getAccessToken();
    vendor.failures.push(new PhoenixError('invalid_client', 'Refused.', { status: 401 }));
    const replica = start({
      options: { refreshAheadSeconds: 86_400, minRemainingSeconds: 86_400 },
    });
    expect(await replica.service.getAccessToken()).toBe('secret-token-number-1');
  });
});
