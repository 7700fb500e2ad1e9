// @ts-check
import { startPhoenix } from './contestants/phoenix-context.mjs';
import { report } from './processes.mjs';
import { interleave } from './rounds.mjs';

const [tokenUrl = '', redisUrl = '', effort = ''] = process.argv.slice(2);
const { rounds, batches, callsPerBatch } =
  /** @type {{ rounds: number, batches: number, callsPerBatch: number }} */ (JSON.parse(effort));

/**
 * @param {string} clientId
 * @param {string} [url]
 */
async function contestant(clientId, url) {
  const { getAccessToken } = await startPhoenix({ tokenUrl, clientId }, { redisUrl: url });
  await getAccessToken();
  return { getAccessToken };
}

/**
 * A single call is shorter than the clock can tell, so each figure is the mean of a small batch.
 *
 * @param {{ getAccessToken: () => Promise<string> }} contestant
 */
async function nanosecondsPerCall({ getAccessToken }) {
  /** @type {number[]} */
  const figures = [];
  for (let batch = 0; batch < batches; batch++) {
    const start = process.hrtime.bigint();
    for (let call = 0; call < callsPerBatch; call++) await getAccessToken();
    figures.push(Number(process.hrtime.bigint() - start) / callsPerBatch);
  }
  return figures;
}

const ours = await contestant('hot-path-with-redis', redisUrl);
const baseline = await contestant('hot-path-without-redis');
const contestants = [ours, baseline];
await interleave(contestants, Math.ceil(rounds / 10), nanosecondsPerCall);
const samples = await interleave(contestants, rounds, nanosecondsPerCall);
report({ ours: samples.get(ours), baseline: samples.get(baseline) });
