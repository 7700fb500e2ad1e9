import { RedisTokenStore } from '../../src/phoenix/redis/index.js';
import { fingerprintOf } from '../../src/phoenix/token/access-token.js';
import { PhoenixSandbox } from '../../src/sandbox/index.js';
import { ServiceProcess } from '../service/service-process.js';
import { environmentFor } from '../service/service.js';
import { describeWithRedis, eventually, RedisServer } from '../support/redis-server.js';
import { coldCrowd } from './crowd.js';
import { tokenOf } from './held-vendor.js';
import { KEYS } from './replicas.js';
import { DEGRADED, HEALTHY, keyList, ServiceCluster } from './service-cluster.js';
import { everythingIn, Observer, tracesOf } from './redis-contents.js';

describeWithRedis('services that share a token through PHOENIX_REDIS_URL', () => {
  let redis: RedisServer;
  let sandbox: PhoenixSandbox;

  beforeEach(async () => {
    [redis, sandbox] = await Promise.all([RedisServer.start(), PhoenixSandbox.start()]);
  });
  afterEach(async () => {
    await Promise.all([redis.kill(), sandbox.close()]);
  });

  const start = (
    count: number,
    environment?: Readonly<Record<string, string>>,
  ): Promise<ServiceCluster> => ServiceCluster.start(count, redis, sandbox, environment);

  /** As a replica does that saw it rejected. */
  const rejectEverywhere = async (token: string): Promise<void> => {
    const { clientId, tokenUrl } = sandbox;
    const store = new RedisTokenStore({ url: redis.url, encryptionKeys: KEYS });
    const account = { clientId, tokenUrl, clientAuthentication: 'body' };
    const record = store.open(account, () => undefined);
    await record.reject(fingerprintOf(token));
    await record.close();
  };

  it('make one request for three processes with 250 cold callers each', async () => {
    const { tokens, replies, requests } = await coldCrowd(3, 250, redis, sandbox);
    expect(replies).toBe(750);
    expect(tokens).toEqual(new Set([tokenOf(1)]));
    expect(requests).toBe(1);
  });

  it('go on when Redis is killed, and print no secret', async () => {
    await using cluster = await start(2);
    const before = await cluster.tokens();
    expect(before.size).toBe(1);
    await redis.kill();
    for (const replica of cluster.replicas) {
      await eventually(
        () => replica.health(),
        (health) => health === DEGRADED,
      );
    }
    expect(await cluster.tokens()).toEqual(before);
    expect(sandbox.stats().tokenRequests.total).toBe(1);

    const { printed } = cluster;
    expect(printed).toContain('The store that replicas share cannot be used');
    for (const secret of [...before, sandbox.clientSecret, ...KEYS.map(({ key }) => key)]) {
      expect(printed).not.toContain(secret);
    }
  });

  it('need no token of their own when they are replaced one by one', async () => {
    await using cluster = await start(2);
    const before = await cluster.tokens();
    for (let replaced = 0; replaced < 2; replaced++) {
      await cluster.grow(1);
      expect(await cluster.retire()).toEqual({ code: 0, signal: null });
      expect(await cluster.tokens()).toEqual(before);
    }
    expect(sandbox.stats().tokenRequests.total).toBe(1);
  });

  it('rotate the encryption key without a token request', async () => {
    const [old] = KEYS as [(typeof KEYS)[number]];
    const next = { id: 'k2', key: Buffer.alloc(32, 2).toString('base64') };
    await using cluster = await start(1);
    const replaceAllWith = async (keys: string): Promise<void> => {
      await cluster.grow(1, { PHOENIX_ENCRYPTION_KEYS: keys });
      await cluster.retire();
    };
    const tokens = await cluster.tokens();
    const [token = ''] = tokens;
    for (const keys of [keyList(old, next), keyList(next, old)]) {
      await replaceAllWith(keys);
      expect(await cluster.tokens()).toEqual(tokens);
    }
    expect(sandbox.stats().tokenRequests.total).toBe(1);

    // The next renewal writes with the new key, so that the old one can go.
    await rejectEverywhere(token);
    await eventually(async () => !(await cluster.handedOut()).includes(token));
    const renewed = await cluster.tokens();
    expect(renewed.size).toBe(1);
    const [record = ''] = await redis.admin.keys('*:token');
    expect(await redis.admin.hget(record, 'keyId')).toBe('k2');
    await replaceAllWith(keyList(next));
    expect(await cluster.tokens()).toEqual(renewed);
    expect(sandbox.stats().tokenRequests.total).toBe(2);
  });

  it('leave nothing readable in Redis, in whatever writing', async () => {
    await using observer = await Observer.of(redis);
    await using cluster = await start(2);
    const [first = ''] = await cluster.tokens();
    await rejectEverywhere(first);
    await eventually(async () => !(await cluster.handedOut()).includes(first));
    const [second = ''] = await cluster.tokens();
    const text = [...observer.commands, ...(await everythingIn(redis))].join('\n');
    expect(text).toContain('sealed');
    const secrets = [first, second, sandbox.clientSecret, ...KEYS.map(({ key }) => key)];
    expect(tracesOf(secrets, text)).toEqual([]);
  });

  it('leave the token readable in Redis without encryption, where the search for it finds it', async () => {
    await using observer = await Observer.of(redis);
    await using cluster = await start(1, { PHOENIX_ENCRYPTION_KEYS: 'none' });
    const [token = ''] = await cluster.tokens();
    await eventually(() => tracesOf([token], observer.commands.join('\n')).length > 0);
    expect(tracesOf([token], (await everythingIn(redis)).join('\n'))).not.toEqual([]);
  });

  describe('hand tokens out and renew them', () => {
    let lasting: RedisServer;
    let shortLived: PhoenixSandbox;
    let cluster: ServiceCluster;

    beforeAll(async () => {
      lasting = await RedisServer.start();
      shortLived = await PhoenixSandbox.start({ tokenLifetimeSeconds: 6 });
      cluster = await ServiceCluster.start(2, lasting, shortLived, {
        PHOENIX_REDIS_COMMAND_TIMEOUT_MS: '200',
        PHOENIX_REDIS_CONNECT_TIMEOUT_MS: '2000',
      });
    });
    afterAll(async () => {
      await cluster[Symbol.asyncDispose]();
      await Promise.all([lasting.kill(), shortLived.close()]);
    });

    it.each<{ fault: string; begin: () => Promise<unknown>; end?: () => Promise<unknown> }>([
      { fault: 'it sleeps', begin: () => lasting.admin.call('DEBUG', 'SLEEP', '6') },
      { fault: 'its clients are paused', begin: () => lasting.admin.client('PAUSE', 6_000) },
      {
        fault: 'it takes no more data',
        begin: () => lasting.admin.config('SET', 'maxmemory', '1'),
        end: () => lasting.admin.config('SET', 'maxmemory', '0'),
      },
      {
        fault: 'it only reads',
        begin: () => lasting.admin.replicaof('127.0.0.1', 1),
        end: () => lasting.admin.replicaof('NO', 'ONE'),
      },
      {
        fault: 'it is killed, and comes back empty',
        begin: () => lasting.kill(),
        end: () => lasting.run(),
      },
    ])('while $fault, and share again afterwards', async ({ begin, end }) => {
      const reported = (health: string) => async (): Promise<boolean> => {
        await cluster.tokens();
        const seen = await Promise.all(cluster.replicas.map((replica) => replica.health()));
        return seen.every((state) => state === health);
      };
      await eventually(reported(HEALTHY));

      const over = begin();
      await eventually(reported(DEGRADED));
      const renewals = shortLived.stats().tokenRequests.total;
      await eventually(async () => {
        await cluster.tokens();
        return shortLived.stats().tokenRequests.total > renewals;
      });
      await over;
      await end?.();
      await eventually(reported(HEALTHY));
      await eventually(async () => (await cluster.tokens()).size === 1);
      expect(shortLived.stats().tokenRequests.failed).toBe(0);
    });
  });

  it('start while it is silent, and join the others once it answers', async () => {
    redis.freeze();
    await using cluster = await start(2, {
      PHOENIX_REDIS_CONNECT_TIMEOUT_MS: '300',
      PHOENIX_REDIS_COMMAND_TIMEOUT_MS: '300',
    });
    for (const replica of cluster.replicas) {
      expect((await replica.token()).token_type).toBe('Bearer');
      expect(await replica.health()).toBe(DEGRADED);
    }
    redis.thaw();
    for (const replica of cluster.replicas) {
      await eventually(
        () => replica.health(),
        (health) => health === HEALTHY,
      );
    }
    await eventually(async () => (await cluster.tokens()).size === 1);
    expect(sandbox.stats().tokenRequests.total).toBe(2);
  });

  it('do without it while the password is wrong, print it nowhere, and share once it is right', async () => {
    const password = 'not-the-password-of-this-redis';
    await redis.admin.config('SET', 'requirepass', 'another-password');
    await using cluster = await start(1, {
      PHOENIX_REDIS_URL: `redis://:${password}@127.0.0.1:${redis.port}`,
    });
    const [replica] = cluster.replicas;
    const tokens = await cluster.tokens();
    expect(await replica?.health()).toBe(DEGRADED);
    expect(cluster.printed).toContain('The store that replicas share cannot be used');

    await redis.admin.config('SET', 'requirepass', password);
    await eventually(
      () => replica?.health(),
      (health) => health === HEALTHY,
    );
    await eventually(async () => (await redis.admin.keys('*:token')).length === 1);
    await cluster.grow(1);
    expect(await cluster.tokens()).toEqual(tokens);
    expect(sandbox.stats().tokenRequests.total).toBe(1);
    expect(cluster.printed).not.toContain(password);
  });

  it('count requests together for the rate limit, and each for itself without Redis', async () => {
    const limit = 10;
    await using cluster = await start(2, {
      PHOENIX_RATE_LIMIT_PER_MINUTE: String(limit),
      PHOENIX_REDIS_PREFIX: 'shop',
    });
    /** Resolves when a request to each replica is counted in Redis. */
    const countedTogether = async (): Promise<void> => {
      await eventually(async () => {
        await redis.admin.flushall();
        await Promise.all(cluster.replicas.map((replica) => replica.requestToken()));
        const [key = ''] = await redis.admin.keys('shop:rate:*');
        return (await redis.admin.get(key)) === String(cluster.replicas.length);
      });
      await redis.admin.flushall();
    };
    const statuses = async (): Promise<number[]> => {
      const rounds = cluster.replicas.map(async (replica) => {
        const replies = Array.from({ length: limit + 2 }, () => replica.requestToken());
        return (await Promise.all(replies)).map(({ status }) => status);
      });
      return (await Promise.all(rounds)).flat();
    };
    const counted = (all: readonly number[]): Record<number, number> => ({
      200: all.filter((status) => status === 200).length,
      429: all.filter((status) => status === 429).length,
    });

    await countedTogether();
    expect(counted(await statuses())).toEqual({ 200: limit, 429: limit + 4 });
    const [key = ''] = await redis.admin.keys('shop:rate:*');
    const secondsLeft = await redis.admin.ttl(key);
    expect(secondsLeft).toBeGreaterThan(0);
    const refused = await cluster.replicas[0]?.requestToken();
    expect(Number(refused?.headers.get('Retry-After'))).toBeLessThanOrEqual(secondsLeft + 1);

    await redis.kill();
    const alone = counted(await statuses());
    expect(alone[200]).toBeGreaterThan(limit);
    expect(alone[200]).toBeLessThanOrEqual(2 * limit);
    expect(alone[429]).toBeGreaterThan(0);

    await redis.run();
    await countedTogether();
    expect(counted(await statuses())).toEqual({ 200: limit, 429: limit + 4 });
  });

  it('name what is wrong with the variables', async () => {
    await using service = new ServiceProcess('main.js', {
      ...environmentFor(sandbox),
      PHOENIX_REDIS_URL: 'localhost:6379',
    });
    expect((await service.exited).code).toBe(1);
    expect(service.stderr).toContain('PHOENIX_REDIS_URL is not a redis:// or rediss:// URL');
    expect(service.stderr).toContain('PHOENIX_ENCRYPTION_KEYS is missing');
  });
});
