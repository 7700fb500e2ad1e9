import { PhoenixSandbox } from '../../src/sandbox/index.js';
import { ServiceProcess } from '../service/service-process.js';
import { API_KEY, environmentFor } from '../service/service.js';
import { describeWithRedis, eventually, RedisServer } from '../support/redis-server.js';
import { KEYS } from './replicas.js';

const REPLICAS = 3;

interface Reply {
  readonly access_token: string;
}

describeWithRedis('services that share a token through PHOENIX_REDIS_URL', () => {
  it('make one request, and go on when Redis is killed', async () => {
    await using redis = await RedisServer.start();
    await using sandbox = await PhoenixSandbox.start();
    const services = Array.from(
      { length: REPLICAS },
      () =>
        new ServiceProcess('main.js', {
          ...environmentFor(sandbox),
          PHOENIX_REDIS_URL: redis.url,
          PHOENIX_ENCRYPTION_KEYS: KEYS.map(({ id, key }) => `${id}:${key}`).join(','),
          PHOENIX_RATE_LIMIT_PER_MINUTE: '0',
        }),
    );
    try {
      const urls = await Promise.all(
        services.map(async (service) => {
          const [, port = ''] = await service.printed(/"Listening on port (\d+)/);
          return `http://127.0.0.1:${port}`;
        }),
      );
      const tokens = async (): Promise<Set<string>> => {
        const replies = urls.flatMap((url) =>
          Array.from({ length: 100 }, async () => {
            const reply = await fetch(`${url}/phoenix/token`, {
              headers: { 'X-API-Key': API_KEY },
            });
            expect(reply.status).toBe(200);
            return ((await reply.json()) as Reply).access_token;
          }),
        );
        return new Set(await Promise.all(replies));
      };
      const statusOf = async (url: string): Promise<unknown> => {
        const reply = await fetch(`${url}/health`);
        return [reply.status, ((await reply.json()) as { status: string }).status];
      };

      const before = await tokens();
      expect(before.size).toBe(1);
      expect(sandbox.stats().tokenRequests.total).toBe(1);

      await redis.kill();
      for (const url of urls) {
        await eventually(
          () => statusOf(url),
          (status) => JSON.stringify(status) === '[200,"degraded"]',
        );
      }
      expect(await tokens()).toEqual(before);

      const printed = services.map(({ stdout, stderr }) => stdout + stderr).join('');
      expect(printed).toContain('The store that replicas share cannot be used');
      for (const secret of [...before, sandbox.clientSecret, ...KEYS.map(({ key }) => key)]) {
        expect(printed).not.toContain(secret);
      }
    } finally {
      for (const service of services) await service[Symbol.asyncDispose]();
    }
  });

  it('name what is wrong with the variables', async () => {
    await using sandbox = await PhoenixSandbox.start();
    await using service = new ServiceProcess('main.js', {
      ...environmentFor(sandbox),
      PHOENIX_REDIS_URL: 'localhost:6379',
    });
    expect((await service.exited).code).toBe(1);
    expect(service.stderr).toContain('PHOENIX_REDIS_URL is not a redis:// or rediss:// URL');
    expect(service.stderr).toContain('PHOENIX_ENCRYPTION_KEYS is missing');
  });
});
