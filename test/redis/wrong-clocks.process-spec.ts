import { PhoenixSandbox } from '../../src/sandbox/index.js';
import { describeWithRedis, eventually, RedisServer } from '../support/redis-server.js';
import { ServiceCluster, type ServiceReplica } from './service-cluster.js';

const LIFETIME_SECONDS = 30;
const REFRESH_AHEAD_SECONDS = 8;
const AGED_SECONDS = 6;
const TOLERANCE_SECONDS = 2;
const MINUTE_MS = 60_000;

describeWithRedis('services whose wall clocks differ by minutes', () => {
  it('tell the true life of a token that one of them obtained, and hand none out beyond it', async () => {
    await using redis = await RedisServer.start();
    await using sandbox = await PhoenixSandbox.start({ tokenLifetimeSeconds: LIFETIME_SECONDS });
    await using cluster = await ServiceCluster.start(0, redis, sandbox, {
      PHOENIX_REFRESH_AHEAD_SECONDS: String(REFRESH_AHEAD_SECONDS),
      PHOENIX_MIN_REMAINING_SECONDS: '4',
      PHOENIX_EXPIRY_SKEW_SECONDS: '2',
    });
    await cluster.grow(1, clockOff(5 * MINUTE_MS));
    const first = await tokenWithItsLife(cluster.replicas[0]);
    await eventually(
      () => tokenWithItsLife(cluster.replicas[0]),
      ({ toldSeconds }) => toldSeconds <= LIFETIME_SECONDS - AGED_SECONDS,
    );
    for (const offMs of [-7 * MINUTE_MS, 12 * MINUTE_MS, 0]) await cluster.grow(1, clockOff(offMs));

    const wrong: unknown[] = [];
    const values = new Set<string>();
    await eventually(async () => {
      const tokens = await Promise.all(cluster.replicas.map(tokenWithItsLife));
      for (const token of tokens) {
        values.add(token.value);
        const off = Math.abs(token.toldSeconds - token.trueSeconds) > TOLERANCE_SECONDS;
        if (off || token.trueSeconds <= 0) wrong.push(token);
      }
      return tokens.every(({ value }) => value !== first.value);
    });

    expect(wrong).toEqual([]);
    expect(values.size).toBe(2);
    expect(sandbox.stats().tokenRequests.total).toBe(2);
  });
});

/** A process whose calendar is wrong from the start, as on a machine without time service. */
function clockOff(offMs: number): Record<string, string> {
  const script = `
    const Calendar = Date;
    globalThis.Date = class Date extends Calendar {
      constructor(...parts) {
        if (parts.length > 0) super(...parts);
        else super(Calendar.now() + ${offMs});
      }
      static now() {
        return Calendar.now() + ${offMs};
      }
    };`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(script)}` };
}

/** A token with the life that the service tells, and the one that the token itself has by the right clock. */
async function tokenWithItsLife(replica: ServiceReplica | undefined) {
  if (replica === undefined) throw new Error('There is no such replica.');
  const { access_token: value, expires_in: toldSeconds } = await replica.token();
  const [, payload = ''] = value.split('.');
  const { exp } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { exp: number };
  return { value, toldSeconds, trueSeconds: exp - Date.now() / 1_000 };
}
