// @ts-check
import { messageOf, startProcess, stopProcess } from './processes.mjs';
import { compare } from './rounds.mjs';

/**
 * What a call costs when the token is fresh, against a check of one cached expiry.
 *
 * @param {object} setup
 * @param {string} setup.tokenUrl
 * @param {import('./processes.mjs').Cores} setup.cores
 * @param {{ rounds: number, callsPerSample: number }} setup.effort
 */
export async function benchHotPath({ tokenUrl, cores, effort }) {
  const child = startProcess(
    'hot-path.process.mjs',
    [tokenUrl, String(effort.rounds), String(effort.callsPerSample)],
    cores.measured,
  );
  try {
    const { ours, baseline } = /** @type {Record<'ours' | 'baseline', number[]>} */ (
      await messageOf(child)
    );
    return compare({
      what: '`getAccessToken()`, fresh token',
      unit: 'ns per call',
      baselineName: 'one expiry check',
      ours,
      baseline,
      target: { atMost: 2 },
    });
  } finally {
    await stopProcess(child);
  }
}
