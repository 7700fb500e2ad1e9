import { RedisTokenStore } from '../../src/phoenix/redis/index.js';
import { fingerprintOf } from '../../src/phoenix/token/access-token.js';
import type { SharedFailure, SharedRecord } from '../../src/phoenix/token/token-store.js';
import { describeWithRedis, RedisServer } from '../support/redis-server.js';
import { ACCOUNT, KEYS, tokenOf } from './replicas.js';

const LEASE_MS = 5_000;
const FAILURE: SharedFailure = {
  code: 'server_error',
  status: 503,
  failures: 1,
  pauseMs: 5_000,
  vendorPauseMs: 0,
};

describeWithRedis('the shared record', () => {
  let redis: RedisServer;
  let record: SharedRecord;

  beforeEach(async () => {
    redis = await RedisServer.start();
    record = new RedisTokenStore({ url: redis.url, encryptionKeys: KEYS }).open(
      ACCOUNT,
      () => undefined,
    );
  });
  afterEach(async () => {
    await record.close();
    await redis.kill();
  });

  const keyOf = async (part: string) => {
    const [lock = ''] = await redis.admin.keys('*:lock');
    return lock.replace(/lock$/, part);
  };
  const acquire = async () => {
    const lease = await record.acquire(LEASE_MS);
    if (lease === undefined) throw new Error('The lock is held.');
    return lease;
  };
  /** A lease whose time is over, though its holder does not know yet. */
  const acquireLate = async () => {
    const late = await acquire();
    await redis.admin.del(await keyOf('lock'));
    return late;
  };

  /** A lease of a Redis that has lost everything since the one before. */
  const acquireAfterLoss = async () => {
    await redis.admin.flushall();
    return acquire();
  };

  it('keeps its lock when a late holder releases', async () => {
    const late = await acquireLate();
    await acquire();
    await late.release();
    expect(await record.acquire(LEASE_MS)).toBeUndefined();
  });

  it('takes no failure of a late holder', async () => {
    const late = await acquireLate();
    const current = await acquire();
    await current.publish(tokenOf('current'), 50_000, true);
    await late.publishFailure(FAILURE);
    expect((await record.read()).failure).toBeUndefined();
  });

  it('takes a pause that the vendor asked a late holder for, and does not shorten a longer one', async () => {
    const late = [await acquireLate(), await acquireLate()] as const;
    await acquire();
    await late[0].publishFailure({ ...FAILURE, pauseMs: 90_000, vendorPauseMs: 60_000 });
    const { failure } = await record.read();
    expect(failure?.pauseMs).toBeLessThanOrEqual(60_000);
    expect(failure?.vendorPauseMs).toBeGreaterThan(50_000);
    await late[1].publishFailure({ ...FAILURE, code: 'timeout', vendorPauseMs: 20_000 });
    expect((await record.read()).failure?.code).toBe('server_error');
  });

  it('keeps a pause that the vendor asked for, whatever fails after it, until there is a token', async () => {
    const [asked, current, last] = [await acquireLate(), await acquireLate(), await acquire()];
    await asked.publishFailure({ ...FAILURE, pauseMs: 60_000, vendorPauseMs: 60_000 });
    await last.publishFailure({ ...FAILURE, code: 'timeout', pauseMs: 1_000 });
    const { failure } = await record.read();
    expect(failure?.code).toBe('timeout');
    expect(failure?.pauseMs).toBeGreaterThan(50_000);
    expect(failure?.vendorPauseMs).toBeGreaterThan(50_000);

    await current.publishFailure({ ...FAILURE, pauseMs: 1_000, vendorPauseMs: 90_000 });
    expect((await record.read()).failure?.vendorPauseMs).toBeGreaterThan(80_000);
    await (await acquire()).publish(tokenOf('new'), 50_000, true);
    expect((await record.read()).failure).toBeUndefined();
  });

  it('adds a pause that the vendor asked a late holder for to a longer one of our own', async () => {
    const late = await acquireLate();
    await (await acquire()).publishFailure({ ...FAILURE, pauseMs: 90_000 });
    await late.publishFailure({ ...FAILURE, pauseMs: 60_000, vendorPauseMs: 60_000 });
    const { failure } = await record.read();
    expect(failure?.pauseMs).toBeGreaterThan(80_000);
    expect(failure?.vendorPauseMs).toBeGreaterThan(50_000);
  });

  describe('when Redis comes back empty in the middle of a request', () => {
    it('takes no token of the old holder while another replica renews', async () => {
      const late = await acquire();
      await redis.admin.flushall();
      const current = await acquire();
      expect(await late.publish(tokenOf('stale'), 50_000, true)).toBe(false);
      expect((await record.read()).token).toBeUndefined();
      expect(await current.publish(tokenOf('current'), 50_000, true)).toBe(true);
    });

    it('takes neither token nor failure of the old holder once another replica has renewed', async () => {
      const [late, later] = [await acquire(), await acquireAfterLoss()];
      await redis.admin.flushall();
      await (await acquire()).publish(tokenOf('current'), 50_000, true);
      expect(await late.publish(tokenOf('stale'), 50_000, true)).toBe(false);
      await later.publishFailure(FAILURE);
      expect(await record.read()).toMatchObject({
        token: { value: 'current' },
        failure: undefined,
      });
    });

    it('takes the token of the old holder if nobody renews in its place', async () => {
      const late = await acquire();
      await redis.admin.flushall();
      expect(await late.publish(tokenOf('late'), 50_000, true)).toBe(true);
      expect((await record.read()).token?.value).toBe('late');
    });
  });

  it('takes no token of a late holder while another one renews, even if the generation is lost', async () => {
    const late = await acquireLate();
    await acquire();
    await redis.admin.del(await keyOf('generation'));
    expect(await late.publish(tokenOf('stale'), 50_000, true)).toBe(false);
    await late.publishFailure(FAILURE);
    expect(await record.read()).toMatchObject({ token: undefined, failure: undefined });
    expect(await record.acquire(LEASE_MS)).toBeUndefined();
  });

  it('takes the token of a holder whose time is over, unless somebody else took its place', async () => {
    const late = await acquireLate();
    expect(await late.publish(tokenOf('late'), 50_000, true)).toBe(true);
    expect((await record.read()).token?.value).toBe('late');
  });

  describe('when its token is rejected', () => {
    beforeEach(async () => {
      const lease = await acquire();
      await lease.publish(tokenOf('first'), 50_000, true);
    });

    it('takes no token of a renewal that began before', async () => {
      const overtaken = await acquire();
      await record.reject(fingerprintOf('first'));
      expect(await overtaken.publish(tokenOf('second'), 50_000, true)).toBe(false);
    });

    it('lets another renewal begin at once', async () => {
      await acquire();
      await record.reject(fingerprintOf('first'));
      await expect(acquire()).resolves.toBeDefined();
    });
  });

  it('remembers the latest hundred rejections', async () => {
    const fingerprints = Array.from({ length: 101 }, (_, index) => fingerprintOf(String(index)));
    for (const fingerprint of fingerprints) await record.reject(fingerprint);
    const { rejected = [] } = await record.read();
    expect([...rejected].sort()).toEqual(fingerprints.slice(1).sort());
  });

  it('forgets a failure some time after its pause', async () => {
    await (await acquire()).publishFailure(FAILURE);
    const [key = ''] = await redis.admin.keys('*:failure');
    expect(await redis.admin.pttl(key)).toBeGreaterThan(FAILURE.pauseMs);
  });

  it('overwrites nonsense in the place of a failure', async () => {
    const lease = await acquire();
    await redis.admin.rpush(await keyOf('failure'), 'nonsense');
    await lease.publishFailure(FAILURE);
    expect((await record.read()).failure).toMatchObject({ code: 'server_error', failures: 1 });
  });
});
