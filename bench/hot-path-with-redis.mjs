// @ts-check
import { messageOf, startProcess, stopProcess } from './processes.mjs';
import { compare, quantile } from './rounds.mjs';

/**
 * What a call costs when the token is fresh and shared through Redis, against one that is not shared.
 *
 * @param {object} setup
 * @param {string} setup.tokenUrl
 * @param {string} setup.redisUrl
 * @param {import('./processes.mjs').Cores} setup.cores
 * @param {{ rounds: number, batches: number, callsPerBatch: number }} setup.effort
 */
export async function benchHotPathWithRedis({ tokenUrl, redisUrl, cores, effort }) {
  const child = startProcess(
    'hot-path-with-redis.process.mjs',
    [tokenUrl, redisUrl, JSON.stringify(effort)],
    cores.measured,
  );
  try {
    const { ours, baseline } = /** @type {Record<'ours' | 'baseline', number[][]>} */ (
      await messageOf(child)
    );
    return [0.5, 0.99].map((share) =>
      compare({
        what: '`getAccessToken()`, token shared through Redis',
        unit: `ns per call, p${share * 100}`,
        baselineName: 'without Redis',
        ours: ours.map((batches) => quantile(batches, share)),
        baseline: baseline.map((batches) => quantile(batches, share)),
        target: { atMost: 1.1 },
      }),
    );
  } finally {
    await stopProcess(child);
  }
}
