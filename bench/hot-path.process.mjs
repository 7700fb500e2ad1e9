// @ts-check
import { createExpiryCheck } from './contestants/minimal-cache.mjs';
import { startPhoenix } from './contestants/phoenix-context.mjs';
import { report } from './processes.mjs';
import { interleave } from './rounds.mjs';

const [tokenUrl = '', rounds, callsPerSample] = process.argv.slice(2);

/**
 * @typedef {{ nanosecondsPerCall: (calls: number) => Promise<number> }} Contestant
 */

/**
 * Every contestant gets a loop of its own, which the compiler may fit to it.
 *
 * @param {() => Promise<string>} call
 * @returns {Contestant}
 */
function contestant(call) {
  return {
    async nanosecondsPerCall(calls) {
      const start = process.hrtime.bigint();
      for (let i = 0; i < calls; i++) await call();
      return Number(process.hrtime.bigint() - start) / calls;
    },
  };
}

const phoenix = await startPhoenix({ tokenUrl, clientId: 'hot-path' });
const token = await phoenix.getAccessToken();

const ours = contestant(phoenix.getAccessToken);
const baseline = contestant(createExpiryCheck(token, Date.now() + 3_000_000));

/** @param {Contestant} one */
const measure = (one) => one.nanosecondsPerCall(Number(callsPerSample));
await interleave([ours, baseline], Math.ceil(1_000_000 / Number(callsPerSample)), measure);
const samples = await interleave([ours, baseline], Number(rounds), measure);
report({ ours: samples.get(ours), baseline: samples.get(baseline) });
