import { fingerprintOf } from '../../src/phoenix/token/access-token.js';
import { PhoenixSandbox } from '../../src/sandbox/index.js';
import { describeWithRedis, eventually, RedisServer } from '../support/redis-server.js';
import { HeldVendor, tokenOf } from './held-vendor.js';
import { Observer, type SeenCommand } from './redis-contents.js';
import { ServiceCluster, type ServiceReplica } from './service-cluster.js';

const REQUEST_TIMEOUT_MS = 3_000;
const LEASE_MS = REQUEST_TIMEOUT_MS + 2_000;
/** How long the others wait: much longer than the lease, so that nothing else ends their wait. */
const WAIT_MS = 60_000;
const WAITERS = 2;

/**
 * Whether a process that wakes up sees the answer first, or that the time for it is over, is up to
 * its event loop. This one sees the answer first, and goes on with it.
 */
const LATE_TIMERS = encodeURIComponent(`
  const { setTimeout: set } = globalThis;
  globalThis.setTimeout = (run, ms, ...rest) => set(run, ms > 2_500 ? ms * 100 : ms, ...rest);`);

describeWithRedis('a renewal whose process is interrupted in the middle of its request', () => {
  let redis: RedisServer;
  let sandbox: PhoenixSandbox;
  let vendor: HeldVendor;
  let cluster: ServiceCluster;
  let holder: ServiceReplica;
  let observer: Observer;
  let waiting: Promise<unknown>;

  /** Others wait for the holder's token when this is done. */
  beforeEach(async () => {
    [redis, sandbox, vendor] = await Promise.all([
      RedisServer.start(),
      PhoenixSandbox.start(),
      HeldVendor.start(),
    ]);
    observer = await Observer.of(redis);
    cluster = await ServiceCluster.start(0, redis, sandbox, {
      PHOENIX_TOKEN_URL: vendor.tokenUrl,
      PHOENIX_REQUEST_TIMEOUT_MS: String(REQUEST_TIMEOUT_MS),
      PHOENIX_ACQUIRE_TIMEOUT_MS: String(REQUEST_TIMEOUT_MS),
    });
    await cluster.grow(WAITERS, {
      PHOENIX_EAGER: 'false',
      PHOENIX_ACQUIRE_TIMEOUT_MS: String(WAIT_MS),
    });
    const waiters = cluster.replicas.splice(0);
    await cluster.grow(1, { NODE_OPTIONS: `--import=data:text/javascript,${LATE_TIMERS}` });
    [holder] = cluster.replicas.splice(0) as [ServiceReplica];
    await vendor.asked(1);
    cluster.replicas.push(...waiters);
    waiting = cluster.handedOut();
    await eventually(() => clientsThatTried(observer.seen).size === 1 + WAITERS);
    await vendor.asked(1);
  });
  afterEach(async () => {
    await waiting;
    await observer[Symbol.asyncDispose]();
    await cluster[Symbol.asyncDispose]();
    await holder[Symbol.asyncDispose]();
    await Promise.all([redis.kill(), sandbox.close(), vendor[Symbol.asyncDispose]()]);
  });

  /** By the clock of Redis, counted from when the holder got the lock. */
  const elapsedMs = async (): Promise<number> => {
    const [acquired] = locksTaken(observer.seen);
    const [seconds = 0, microseconds = 0] = await redis.admin.time();
    return seconds * 1_000 + microseconds / 1_000 - (acquired?.atMs ?? NaN);
  };

  it('is taken over by one of those that wait, when the lease of the killed process ends', async () => {
    await holder.process.signal('SIGKILL');
    await vendor.asked(2);
    const takenOverMs = await elapsedMs();
    vendor.answer(2);
    await eventually(async () => (await cluster.handedOut()).join() === tokenOf(2));

    expect(takenOverMs).toBeGreaterThan(LEASE_MS - 100);
    expect(await elapsedMs()).toBeLessThan(WAIT_MS);
    expect(vendor.requests).toBe(2);
  });

  it('publishes nothing when its process wakes up after the lease', async () => {
    void holder.process.signal('SIGSTOP');
    await vendor.asked(2);
    vendor.answer(2);
    await eventually(async () => (await cluster.handedOut()).join() === tokenOf(2));

    vendor.answer(1);
    void holder.process.signal('SIGCONT');
    await eventually(() => publishingOf(tokenOf(1), observer.seen).length > 0);
    cluster.replicas.push(holder);
    await eventually(async () => (await cluster.handedOut()).join() === tokenOf(2));

    expect(published(observer.seen)).toEqual([fingerprintOf(tokenOf(2))]);
    const [record = ''] = await redis.admin.keys('*:token');
    expect(await redis.admin.hget(record, 'fingerprint')).toBe(fingerprintOf(tokenOf(2)));
    expect(locksTaken(observer.seen)).toHaveLength(2);
    expect(vendor.requests).toBe(2);
  });
});

function byScript(seen: readonly SeenCommand[], command: string, ending: string): SeenCommand[] {
  return seen.filter(
    ({ source, words: [name = '', key = ''] }) =>
      source === 'lua' && name === command && key.endsWith(ending),
  );
}

/** Clients that tried to take the lock: their script names it first, beside the generation. */
function clientsThatTried(seen: readonly SeenCommand[]): ReadonlySet<string> {
  const tries = seen.filter(
    ({ words: [name, , , lock = '', generation = ''] }) =>
      name === 'eval' && lock.endsWith(':lock') && generation.endsWith(':generation'),
  );
  return new Set(tries.map(({ source }) => source));
}

/** A lock that is taken gets a generation of its own. */
function locksTaken(seen: readonly SeenCommand[]): SeenCommand[] {
  const rises = byScript(seen, 'SET', ':generation');
  return rises.filter(({ words }, index) => words[2] !== rises[index - 1]?.words[2]);
}

/** The fingerprints that the record ever had. */
function published(seen: readonly SeenCommand[]): (string | undefined)[] {
  return byScript(seen, 'HSET', ':token').map(
    ({ words }) => words[words.indexOf('fingerprint') + 1],
  );
}

/** Tries to publish this token. */
function publishingOf(token: string, seen: readonly SeenCommand[]): SeenCommand[] {
  const fingerprint = fingerprintOf(token);
  return seen.filter(({ words }) => words[0] === 'eval' && words.includes(fingerprint));
}
