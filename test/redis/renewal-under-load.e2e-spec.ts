import { setTimeout as delay } from 'node:timers/promises';
import { PhoenixSandbox } from '../../src/sandbox/index.js';
import { describeWithRedis, RedisServer } from '../support/redis-server.js';
import { ServiceCluster, type ServiceReplica } from './service-cluster.js';

const LIFETIME_SECONDS = 20;
const REFRESH_AHEAD_SECONDS = 8;
const MIN_REMAINING_SECONDS = 5;
const LOAD_SECONDS = 120;
const CALLERS_PER_REPLICA = 3;
const PAUSE_MS = 20;

describeWithRedis('four services under steady load, with tokens that live 20 seconds', () => {
  it('renew as often as one would, and never fail or hand out too short a life', async () => {
    await using redis = await RedisServer.start();
    await using sandbox = await PhoenixSandbox.start({ tokenLifetimeSeconds: LIFETIME_SECONDS });
    await using cluster = await ServiceCluster.start(4, redis, sandbox, {
      PHOENIX_REFRESH_AHEAD_SECONDS: String(REFRESH_AHEAD_SECONDS),
      PHOENIX_MIN_REMAINING_SECONDS: String(MIN_REMAINING_SECONDS),
      PHOENIX_EXPIRY_SKEW_SECONDS: '2',
      LOG_LEVEL: 'log',
    });
    await cluster.tokens();

    const requestsBefore = sandbox.stats().tokenRequests.total;
    const beganMs = performance.now();
    const endMs = beganMs + LOAD_SECONDS * 1000;
    let replies = 0;
    const tooShort: unknown[] = [];
    const tokens = new Set<string>();

    const call = async (replica: ServiceReplica): Promise<void> => {
      while (performance.now() < endMs) {
        const reply = await replica.token();
        replies++;
        tokens.add(reply.access_token);
        const overstated = Date.parse(reply.expires_at) > latestExpiryOf(reply.access_token);
        if (reply.expires_in < MIN_REMAINING_SECONDS || overstated) tooShort.push(reply);
        await delay(PAUSE_MS);
      }
    };
    await Promise.all(
      cluster.replicas.flatMap((replica) =>
        Array.from({ length: CALLERS_PER_REPLICA }, () => call(replica)),
      ),
    );

    expect(tooShort).toEqual([]);
    expect(replies).toBeGreaterThan(LOAD_SECONDS * cluster.replicas.length);
    const seconds = (performance.now() - beganMs) / 1000;
    const needed = seconds / (LIFETIME_SECONDS - REFRESH_AHEAD_SECONDS);
    const { total, failed } = sandbox.stats().tokenRequests;
    expect(Math.abs(total - requestsBefore - needed)).toBeLessThanOrEqual(1);
    expect(failed).toBe(0);
    expect(tokens.size - 1).toBe(total - requestsBefore);
  }, 240_000);
});

/** What the token itself says, in milliseconds since the epoch; its claims leave out a part of a second. */
function latestExpiryOf(token: string): number {
  const [, payload = ''] = token.split('.');
  const { exp } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { exp: number };
  return (exp + 1) * 1000;
}
