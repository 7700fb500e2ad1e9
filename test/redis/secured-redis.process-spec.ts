import { readFileSync } from 'node:fs';
import { Redis } from 'ioredis';
import { RedisTokenStore } from '../../src/phoenix/redis/index.js';
import { PhoenixSandbox } from '../../src/sandbox/index.js';
import { Certificate } from '../support/certificate.js';
import { describeWithRedis, eventually, RedisServer } from '../support/redis-server.js';
import { ACCOUNT, KEYS, Replica, tokenOf, Vendor } from './replicas.js';
import { DEGRADED, HEALTHY, ServiceCluster } from './service-cluster.js';

const README = new URL('../../README.md', import.meta.url);

describeWithRedis('services whose Redis speaks TLS', () => {
  let certificate: Certificate;
  let redis: RedisServer;
  let sandbox: PhoenixSandbox;

  beforeEach(async () => {
    certificate = await Certificate.create();
    [redis, sandbox] = await Promise.all([
      RedisServer.start({ certificate }),
      PhoenixSandbox.start(),
    ]);
  });
  afterEach(async () => {
    await Promise.all([redis.kill(), sandbox.close()]);
    certificate[Symbol.dispose]();
  });

  it('share through rediss:// when they trust its certificate, and do without it when they do not', async () => {
    await using cluster = await ServiceCluster.start(2, redis, sandbox, {
      NODE_EXTRA_CA_CERTS: certificate.certificateFile,
    });
    expect((await cluster.tokens()).size).toBe(1);
    expect(await cluster.replicas[0]?.health()).toBe(HEALTHY);
    expect(sandbox.stats().tokenRequests.total).toBe(1);

    await using distrustful = await ServiceCluster.start(1, redis, sandbox);
    await distrustful.tokens();
    expect(await distrustful.replicas[0]?.health()).toBe(DEGRADED);
    expect(sandbox.stats().tokenRequests.total).toBe(2);
  });

  it('share through a client of the host’s that speaks TLS, news included', async () => {
    const client = new Redis(redis.url, { tls: { ca: certificate.text } });
    const vendor = new Vendor();
    await using one = Replica.start(vendor, redis, { store: { url: undefined, client } });
    await using other = Replica.start(vendor, redis, { store: { url: undefined, client } });
    await one.service.getAccessToken();
    await eventually(async () => (await redis.listeners()) === 2);
    const { fingerprint } = await one.service.refresh();
    const heard = await eventually(
      () => other.service.status().fingerprint,
      (latest) => latest === fingerprint,
    );
    expect(heard).toBe(fingerprint);
    expect(vendor.requests).toBe(2);
    client.disconnect();
  });
});

describeWithRedis(
  'services whose user in Redis has the rights that the README names, and no others',
  () => {
    it('share, tell of failures and rejections, and count requests, and are refused nothing', async () => {
      const [, rights = ''] = /`(~phoenix:\* [^`]+)`/.exec(readFileSync(README, 'utf8')) ?? [];
      await using redis = await RedisServer.start();
      await using sandbox = await PhoenixSandbox.start();
      await redis.admin.acl('SETUSER', 'replica', 'on', '>its-password', ...rights.split(' '));
      const url = redis.urlFor('replica:its-password');
      await using cluster = await ServiceCluster.start(2, redis, sandbox, {
        PHOENIX_REDIS_URL: url,
        PHOENIX_RATE_LIMIT_PER_MINUTE: '1000',
      });
      expect((await cluster.tokens()).size).toBe(1);
      await eventually(async () => {
        await cluster.tokens();
        return (await redis.admin.keys('phoenix:rate:*')).length > 0;
      });
      expect(await cluster.replicas[0]?.health()).toBe(HEALTHY);
      expect(await redis.listeners()).toBe(2);

      const store = new RedisTokenStore({ url, encryptionKeys: KEYS });
      const record = store.open(ACCOUNT, () => undefined);
      const failure = { code: 'timeout', failures: 1, pauseMs: 100, vendorPauseMs: 0 } as const;
      await (await record.acquire(1_000))?.publishFailure(failure);
      await (await record.acquire(1_000))?.publish(tokenOf('rejected'), 1_000, true);
      await record.reject(tokenOf('rejected').fingerprint);
      await (await record.acquire(1_000))?.publish(tokenOf('rejected'), 1_000, true);
      await (await record.acquire(1_000))?.release();
      await record.close();

      expect(await redis.refusals()).toBe(0);
      expect(cluster.printed).not.toMatch(/NOPERM|ready check/);
      const stranger = new Redis(url);
      await expect(stranger.flushall()).rejects.toThrow('NOPERM');
      stranger.disconnect();
    });
  },
);
