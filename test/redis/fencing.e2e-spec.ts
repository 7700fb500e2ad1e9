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
