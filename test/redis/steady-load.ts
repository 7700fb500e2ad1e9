import { setTimeout as delay } from 'node:timers/promises';
import { PhoenixSandbox } from '../../src/sandbox/index.js';
import { RedisServer } from '../support/redis-server.js';
import { ServiceCluster, type ServiceReplica } from './service-cluster.js';

const REPLICAS = 4;
const CALLERS_PER_REPLICA = 3;

export interface LoadCase {
  readonly loadSeconds: number;
  readonly lifetimeSeconds: number;
  readonly refreshAheadSeconds: number;
  readonly minRemainingSeconds: number;
  /** Between a reply to a caller and its next request. */
  readonly pauseMs: number;
}

/** Holds four services under load, and returns in what they differ from one that renews in time. */
export async function flawsUnderLoad(load: LoadCase): Promise<readonly string[]> {
  await using redis = await RedisServer.start();
  await using sandbox = await PhoenixSandbox.start({ tokenLifetimeSeconds: load.lifetimeSeconds });
  await using cluster = await ServiceCluster.start(REPLICAS, redis, sandbox, {
    PHOENIX_REFRESH_AHEAD_SECONDS: String(load.refreshAheadSeconds),
    PHOENIX_MIN_REMAINING_SECONDS: String(load.minRemainingSeconds),
    PHOENIX_EXPIRY_SKEW_SECONDS: '2',
    LOG_LEVEL: 'log',
  });
  await cluster.tokens();

  const requestsBefore = sandbox.stats().tokenRequests.total;
  const beganMs = performance.now();
  const endMs = beganMs + load.loadSeconds * 1000;
  let replies = 0;
  const flaws: string[] = [];
  const tokens = new Set<string>();

  const call = async (replica: ServiceReplica): Promise<void> => {
    while (performance.now() < endMs) {
      const reply = await replica.token();
      replies++;
      tokens.add(reply.access_token);
      const overstated = Date.parse(reply.expires_at) > latestExpiryOf(reply.access_token);
      if (reply.expires_in < load.minRemainingSeconds) flaws.push('a life that is too short');
      if (overstated) flaws.push('a life that is overstated');
      await delay(load.pauseMs);
    }
  };
  await Promise.all(
    cluster.replicas.flatMap((replica) =>
      Array.from({ length: CALLERS_PER_REPLICA }, () => call(replica)),
    ),
  );

  const seconds = (performance.now() - beganMs) / 1000;
  const needed = seconds / (load.lifetimeSeconds - load.refreshAheadSeconds);
  const { total, failed } = sandbox.stats().tokenRequests;
  const renewals = total - requestsBefore;
  // On a busy machine a renewal may begin late, but never is there one too many.
  if (renewals > needed + 1 || renewals < needed / 2)
    flaws.push(`${renewals} renewals, ${needed} needed`);
  if (failed > 0) flaws.push(`${failed} failed renewals`);
  if (tokens.size - 1 !== renewals) flaws.push(`${tokens.size} tokens by ${renewals} renewals`);
  if (replies <= load.loadSeconds * REPLICAS) flaws.push(`${replies} replies are no load`);
  return flaws;
}

/** What the token itself says, in milliseconds since the epoch; its claims leave out a part of a second. */
function latestExpiryOf(token: string): number {
  const [, payload = ''] = token.split('.');
  const { exp } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { exp: number };
  return (exp + 1) * 1000;
}
