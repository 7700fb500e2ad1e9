import { once } from 'node:events';
import { Redis } from 'ioredis';
import { NodeWatch } from '../../src/phoenix/redis/node-watch.js';
import { RedisTokenStore } from '../../src/phoenix/redis/index.js';
import { MemoryRateLimit } from '../../src/service/memory-rate-limit.js';
import { RedisRateLimit } from '../../src/service/redis-rate-limit.js';
import { ForgetfulProxy } from '../support/forgetful-proxy.js';
import { describeWithRedis, eventually, RedisServer } from '../support/redis-server.js';
import { ACCOUNT, KEYS, Replica, Vendor } from './replicas.js';

/** How long sharing may be away once the address leads to the new primary. */
const WITHIN_MS = 5_000;

describeWithRedis('a fail-over that keeps connections open', () => {
  let [old, next] = [] as unknown as [RedisServer, RedisServer];
  let address: ForgetfulProxy;
  let url: string;

  beforeEach(async () => {
    [old, next] = await Promise.all([RedisServer.start(), RedisServer.start()]);
    address = await ForgetfulProxy.before(old.port);
    url = `redis://127.0.0.1:${address.port}`;
  });
  afterEach(async () => {
    await address[Symbol.asyncDispose]();
    await Promise.all([old.kill(), next.kill()]);
  });

  /** The old primary becomes a replica of the new one, and cuts nobody off. */
  const failOver = async () => {
    await old.admin.replicaof('127.0.0.1', next.port);
    address.leadTo(next.port);
  };
  const oursOn = async (server: RedisServer) =>
    String(await server.admin.client('LIST'))
      .split('\n')
      .filter((line) => /name=(nestjs-phoenix|of-the-host)/.test(line)).length;
  const reasonsOf = ({ service }: Replica) => {
    const reasons: string[] = [];
    service.events$.subscribe((event) => {
      if (event.type === 'store_unavailable') reasons.push(event.reason);
    });
    return reasons;
  };

  it('is followed by commands and subscriber, and sharing is soon back', async () => {
    const vendor = new Vendor();
    await using replica = Replica.start(vendor, { url });
    await using other = Replica.start(vendor, { url });
    await replica.service.getAccessToken();
    await other.service.getAccessToken();
    await eventually(async () => (await oursOn(old)) === 4);

    await failOver();
    await Promise.all([replica.service.refresh(), other.service.refresh()]);
    await eventually(
      () => [replica, other].every(({ service }) => service.status().sharing?.available),
      Boolean,
      WITHIN_MS,
    );
    await eventually(async () => (await oursOn(next)) === 4, Boolean, WITHIN_MS);
    expect(await oursOn(old)).toBe(0);
    const { fingerprint } = await replica.service.refresh();
    await eventually(() => other.service.status().fingerprint === fingerprint);
  });

  it('is waited for while the address still leads to the old node', async () => {
    await using replica = Replica.start(new Vendor(), { url });
    const reasons = reasonsOf(replica);
    await replica.service.getAccessToken();
    await old.admin.replicaof('127.0.0.1', next.port);
    await replica.service.refresh();
    await replica.sharing(false);
    const before = await connectionsTo(old);
    await eventually(async () => (await connectionsTo(old)) > before + 2);
    address.leadTo(next.port);
    await eventually(() => replica.service.status().sharing?.available, Boolean, WITHIN_MS);
    await eventually(async () => (await oursOn(next)) === 2, Boolean, WITHIN_MS);
    expect(await oursOn(old)).toBe(0);
    expect(reasons).toEqual(['READONLY']);
  });

  it.each(['rate limit', 'store'])(
    'is followed by store and rate limit together, whichever finds out (%s)',
    async (finder) => {
      const nodes = new NodeWatch();
      const limits = { commandTimeoutMs: 500, connectTimeoutMs: 2_000 };
      const limit = new RedisRateLimit({
        url,
        prefix: 'phoenix',
        ...limits,
        limit: 5,
        windowSeconds: 60,
        fallback: new MemoryRateLimit({ windowMs: 60_000 }),
        nodes,
      });
      const store = RedisTokenStore.watching(nodes, { url, encryptionKeys: KEYS });
      await using replica = Replica.start(new Vendor(), { url }, { options: { store } });
      await replica.service.getAccessToken();
      await eventually(async () => (await oursOn(old)) === 3);
      await limit.count('somebody');

      await failOver();
      if (finder === 'store') await replica.service.refresh();
      else await limit.count('somebody');
      await eventually(async () => (await oursOn(next)) === 3, Boolean, WITHIN_MS);
      expect(await oursOn(old)).toBe(0);
      expect((await limit.count('somebody')).used).toBeGreaterThan(0);
      limit.close();
    },
  );

  it('leaves the client of the host to the host, and says what to set', async () => {
    const client = new Redis(url, { connectionName: 'of-the-host', maxRetriesPerRequest: 0 });
    await client.ping();
    const id = await client.client('ID');
    const store = new RedisTokenStore({ client, encryptionKeys: KEYS });
    await using replica = Replica.start(new Vendor(), { url }, { options: { store } });
    const reasons = reasonsOf(replica);
    await replica.service.getAccessToken();
    await eventually(async () => (await oursOn(old)) === 2);

    await failOver();
    await replica.service.refresh();
    // The one for news is ours.
    await eventually(async () => (await oursOn(next)) === 1);
    expect(await client.client('ID')).toBe(id);
    expect(reasons).toEqual([expect.stringMatching(/^READONLY, .*reconnectOnError/)]);
    client.disconnect(true);
    await eventually(() => replica.service.status().sharing?.available, Boolean, WITHIN_MS);
    await replica.service.onApplicationShutdown();
    client.disconnect();
  });
});

describeWithRedis('a Redis that closes idle connections', () => {
  it('is no outage: the next connection is there at once', async () => {
    await using redis = await RedisServer.start();
    await redis.admin.config('SET', 'timeout', '1');
    await using replica = Replica.start(new Vendor(), redis);
    await replica.service.getAccessToken();
    await replica.sharing();
    const before = await connectionsTo(redis);
    await eventually(async () => (await connectionsTo(redis)) > before + 2);
    await replica.service.refresh();
    expect(replica.events.filter((type) => type.startsWith('store'))).toEqual([]);
    expect(replica.service.status().sharing?.available).toBe(true);
  });

  it('makes whoever comes meanwhile wait for the next connection', async () => {
    await using redis = await RedisServer.start();
    await using firewall = await ForgetfulProxy.before(redis.port);
    const client = new Redis(firewall.port, { maxRetriesPerRequest: 0, retryStrategy: () => 20 });
    const news: string[] = [];
    const store = new RedisTokenStore({ client, encryptionKeys: KEYS });
    const record = store.open(ACCOUNT, ({ type }) => news.push(type));
    await record.read();
    const closed = once(client, 'close');
    firewall.cut();
    await closed;
    expect(await record.read()).toMatchObject({ token: undefined });
    expect(news).not.toContain('unavailable');
    await record.close();
    client.disconnect();
  });
});

/** Connections that were ever made to this server. */
async function connectionsTo(server: RedisServer): Promise<number> {
  const info = await server.admin.info('stats');
  return Number(/total_connections_received:(\d+)/.exec(info)?.[1]);
}
