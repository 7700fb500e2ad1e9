import { PhoenixSandbox } from '../../src/sandbox/index.js';
import { describeWithRedis, eventually, RedisServer } from '../support/redis-server.js';
import { HeldVendor, tokenOf } from './held-vendor.js';
import { ServiceCluster, type ServiceReplica } from './service-cluster.js';

const ACQUIRE_TIMEOUT_MS = 2_000;
/** The lease outlives the renewal it covers by two seconds; then the next one to look finds it free. */
const RECOVERY_MS = ACQUIRE_TIMEOUT_MS + 2_000 + 2_000;

describeWithRedis('a renewal whose process is interrupted in the middle of its request', () => {
  let redis: RedisServer;
  let sandbox: PhoenixSandbox;
  let vendor: HeldVendor;
  let cluster: ServiceCluster;
  let holder: ServiceReplica;

  beforeEach(async () => {
    [redis, sandbox, vendor] = await Promise.all([
      RedisServer.start(),
      PhoenixSandbox.start(),
      HeldVendor.start(),
    ]);
    cluster = await ServiceCluster.start(1, redis, sandbox, {
      PHOENIX_TOKEN_URL: vendor.tokenUrl,
      PHOENIX_REQUEST_TIMEOUT_MS: String(ACQUIRE_TIMEOUT_MS),
      PHOENIX_ACQUIRE_TIMEOUT_MS: String(ACQUIRE_TIMEOUT_MS),
    });
    [holder] = cluster.replicas as [ServiceReplica];
    await vendor.asked(1);
  });
  afterEach(async () => {
    await cluster[Symbol.asyncDispose]();
    await holder[Symbol.asyncDispose]();
    await Promise.all([redis.kill(), sandbox.close(), vendor[Symbol.asyncDispose]()]);
  });

  it('is taken over when the lease of the killed process ends', async () => {
    await holder.process.signal('SIGKILL');
    cluster.replicas.splice(0);
    await cluster.grow(3);
    await vendor.asked(2, RECOVERY_MS);
    vendor.answer(2);
    await eventually(async () => (await cluster.handedOut()).join() === tokenOf(2));
    expect(vendor.requests).toBe(2);
  });

  it('publishes nothing when its process wakes up after the lease', async () => {
    void holder.process.signal('SIGSTOP');
    const sleeping = cluster.replicas.splice(0);
    await cluster.grow(2);
    await vendor.asked(2, RECOVERY_MS);
    vendor.answer(2);
    await eventually(async () => (await cluster.handedOut()).join() === tokenOf(2));

    vendor.answer(1);
    void holder.process.signal('SIGCONT');
    cluster.replicas.push(...sleeping);
    await eventually(async () => (await cluster.handedOut()).join() === tokenOf(2));
    await cluster.grow(1);
    expect(await cluster.handedOut()).toEqual([tokenOf(2)]);
    expect(vendor.requests).toBe(2);
  });
});
