import { once } from 'node:events';
import { connect } from 'node:net';
import { Duplex } from 'node:stream';
import { AbstractConnector, Redis } from 'ioredis';
import { RedisTokenStore } from '../../src/phoenix/redis/index.js';
import type { SharedRecord, StoreAccount } from '../../src/phoenix/token/token-store.js';
import { describeWithRedis, eventually, RedisServer } from '../support/redis-server.js';
import { ACCOUNT, KEYS, Replica, tokenOf, Vendor } from './replicas.js';

/** Connects like a tunnel in user space does: with a stream that knows no `unref`. */
function tunnelTo(port: number) {
  return class extends AbstractConnector {
    constructor() {
      super(100);
    }

    async connect() {
      const socket = connect(port, '127.0.0.1');
      await once(socket, 'connect');
      const tunnel = Duplex.from({ readable: socket, writable: socket });
      tunnel.on('error', () => undefined).on('close', () => socket.destroy());
      const options = { setNoDelay: () => tunnel, setKeepAlive: () => tunnel };
      return (this.stream = Object.assign(tunnel, options) as unknown as typeof socket);
    }
  };
}

describeWithRedis('a store in Redis', () => {
  let redis: RedisServer;

  beforeEach(async () => {
    redis = await RedisServer.start();
  });
  afterEach(() => redis.kill());

  const storeOf = () => new RedisTokenStore({ url: redis.url, encryptionKeys: KEYS });
  const open = (store: RedisTokenStore, account: StoreAccount = ACCOUNT): SharedRecord =>
    store.open(account, () => undefined);

  const connections = async () =>
    String(await redis.admin.client('LIST'))
      .trim()
      .split('\n').length;
  const channels = async () => ((await redis.admin.pubsub('CHANNELS')) as string[]).length;

  it('leaves no connection behind', async () => {
    await using replica = Replica.start(new Vendor(), redis);
    await replica.service.getAccessToken();
    await eventually(async () => (await connections()) === 3);
    await replica.service.onApplicationShutdown();
    expect(await eventually(connections, (count) => count === 1)).toBe(1);
  });

  it('serves an account that is opened again', async () => {
    const store = storeOf();
    await open(store).close();
    const again = open(store);
    expect(await again.read()).toMatchObject({ token: undefined });
    await again.close();
  });

  it('goes on for one account when another one is closed, and leaves the channel of that', async () => {
    const store = storeOf();
    const [one, other] = [open(store), open(store, { ...ACCOUNT, clientId: 'other' })];
    await one.read();
    await eventually(async () => (await channels()) === 2);
    await one.close();
    expect(await other.read()).toMatchObject({ token: undefined });
    await eventually(async () => (await channels()) === 1);
    await other.close();
  });

  it('leaves no lock behind that was on its way when it was closed', async () => {
    const record = open(storeOf());
    await record.read();
    redis.freeze();
    const acquiring = record.acquire(60_000);
    const closed = record.close();
    redis.thaw();
    await Promise.all([acquiring, closed]);
    expect(await redis.admin.keys('*:generation')).toHaveLength(1);
    expect(await redis.admin.keys('*:lock')).toEqual([]);
  });

  it('tells both of two registrations of one account, and the second one when the first is closed', async () => {
    const store = storeOf();
    const heard = { first: [] as string[], second: [] as string[] };
    const first = store.open(ACCOUNT, ({ type }) => heard.first.push(type));
    const second = store.open(ACCOUNT, ({ type }) => heard.second.push(type));
    await first.read();
    await eventually(async () => (await channels()) === 1);

    await second.reject('0123456789abcdef');
    await eventually(() => heard.first.includes('token_rejected'));
    await eventually(() => heard.second.includes('token_rejected'));

    heard.second.length = 0;
    await first.close();
    await second.reject('0123456789abcdef');
    await eventually(() => heard.second.includes('token_rejected'));
    await second.close();
    expect(await eventually(channels, (count) => count === 0)).toBe(0);
  });

  it.each([
    ['tokenUrl', 'https://b.example'],
    ['clientId', 'another'],
    ['scope', 'another'],
    ['clientAuthentication', 'basic'],
  ])('keeps accounts apart that differ in %s', async (field, value) => {
    const store = storeOf();
    const [one, other] = [open(store), open(store, { ...ACCOUNT, [field]: value })];
    const lease = await one.acquire(5_000);
    await lease?.publish(tokenOf('token of one'), 50_000, true);
    expect((await one.read()).token?.value).toBe('token of one');
    expect((await other.read()).token).toBeUndefined();
    await Promise.all([one.close(), other.close()]);
  });

  describe('over a client of the host’s', () => {
    let client: Redis;

    beforeEach(async () => {
      client = new Redis(redis.url, { maxRetriesPerRequest: 0, retryStrategy: () => 20 });
      await client.ping();
    });
    afterEach(() => {
      client.disconnect();
    });

    const openOver = (): SharedRecord =>
      open(new RedisTokenStore({ client, encryptionKeys: KEYS, commandTimeoutMs: 100 }));

    it('leaves it as it was', async () => {
      const listeners = () =>
        ['ready', 'close', 'error'].map((event) => client.listenerCount(event));
      const before = listeners();
      const record = openOver();
      await record.read();
      await record.close();
      expect(listeners()).toEqual(before);
      expect(await client.ping()).toBe('PONG');
    });

    it('takes a connection that is no socket, such as a tunnel', async () => {
      const tunnel = new Redis({ Connector: tunnelTo(redis.port), retryStrategy: () => null });
      const record = open(new RedisTokenStore({ client: tunnel, encryptionKeys: KEYS }));
      expect(await record.read()).toMatchObject({ token: undefined });
      expect(await eventually(channels, (count) => count === 1)).toBe(1);
      await record.close();
      tunnel.disconnect();
    });

    it('does not cut its connection when Redis is silent', async () => {
      const record = openOver();
      await record.read();
      const id = await client.client('ID');
      redis.freeze();
      await expect(record.read()).rejects.toMatchObject({ code: 'store_unavailable' });
      redis.thaw();
      expect(await client.client('ID')).toBe(id);
      await record.close();
    });
  });
});
