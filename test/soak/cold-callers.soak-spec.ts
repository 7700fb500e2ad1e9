import { PhoenixSandbox } from '../../src/sandbox/index.js';
import { coldCrowd } from '../redis/crowd.js';
import { tokenOf } from '../redis/held-vendor.js';
import { describeWithRedis, RedisServer } from '../support/redis-server.js';

describeWithRedis('services that share a token through PHOENIX_REDIS_URL', () => {
  it('make one request for eight processes with 2,000 cold callers each', async () => {
    await using redis = await RedisServer.start();
    await using sandbox = await PhoenixSandbox.start();

    const { tokens, replies, requests } = await coldCrowd(8, 2_000, redis, sandbox);

    expect(replies).toBe(16_000);
    expect(tokens).toEqual(new Set([tokenOf(1)]));
    expect(requests).toBe(1);
  });
});
