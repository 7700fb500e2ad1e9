// @ts-check
import { startPhoenix } from './contestants/phoenix-context.mjs';
import { report } from './processes.mjs';

const [tokenUrl = '', hourSeconds, setup = ''] = process.argv.slice(2);
const clusters = /** @type {{ replicas: number, clientId: string, redisUrl?: string }[]} */ (
  JSON.parse(setup)
);

/** The default, ten minutes, in hours that are as short as the tokens' lives. */
const refreshAheadSeconds = Number(hourSeconds) / 6;

await Promise.all(
  clusters.flatMap(({ replicas, clientId, redisUrl }) =>
    Array.from({ length: replicas }, async () => {
      const options = {
        redisUrl,
        refreshAheadSeconds,
        minRemainingSeconds: 0,
        expirySkewSeconds: 0,
      };
      const { getAccessToken } = await startPhoenix({ tokenUrl, clientId }, options);
      await getAccessToken();
    }),
  ),
);
report('running');
