// @ts-check
import { createSingleFlightCache } from './contestants/minimal-cache.mjs';
import { startPhoenix } from './contestants/phoenix-context.mjs';
import { report } from './processes.mjs';
import { interleave } from './rounds.mjs';

const [tokenUrl = '', rounds, callers] = process.argv.slice(2);

/**
 * @typedef {object} Contestant
 * @property {string} name
 * @property {(vendor: { tokenUrl: string, clientId: string }) => Promise<{ getAccessToken: () => Promise<string>, close: () => unknown }>} start
 *
 * @typedef {{ clientId: string, milliseconds: number }} Burst
 */

/** @type {Contestant} */
const ours = { name: 'ours', start: startPhoenix };
/** @type {Contestant} */
const baseline = {
  name: 'baseline',
  start: async (vendor) => ({
    getAccessToken: createSingleFlightCache(vendor),
    close: () => undefined,
  }),
};

let instances = 0;

/**
 * @param {Contestant} one
 * @returns {Promise<Burst>}
 */
async function burst({ name, start }) {
  const clientId = `burst-${name}-${++instances}`;
  const { getAccessToken, close } = await start({ tokenUrl, clientId });
  collectYoungGarbage();
  const startMs = performance.now();
  const calls = Array.from({ length: Number(callers) }, () => getAccessToken());
  const tokens = await Promise.all(calls);
  const milliseconds = performance.now() - startMs;
  await close();
  if (new Set(tokens).size !== 1) throw new Error(`${clientId} handed out different tokens.`);
  return { clientId, milliseconds };
}

/** What the last burst left behind is not to be paid by the next. A full collection would drop compiled code. */
function collectYoungGarbage() {
  globalThis.gc?.({ type: 'minor', execution: 'sync' });
}

await interleave([ours, baseline], 10, burst);
const samples = await interleave([ours, baseline], Number(rounds), burst);
report({ ours: samples.get(ours), baseline: samples.get(baseline) });
