// @ts-check
import { messageOf, startProcess, stopProcess } from './processes.mjs';
import { compare } from './rounds.mjs';

const CALLERS = 10_000;

/**
 * Time until every one of 10,000 concurrent callers of a cold service has the token, against
 * a minimal single flight. Either makes one request, or the run fails.
 *
 * @param {object} setup
 * @param {Awaited<ReturnType<import('./vendor-stub.mjs').startVendorStub>>} setup.vendor
 * @param {import('./processes.mjs').Cores} setup.cores
 * @param {{ rounds: number }} setup.effort
 */
export async function benchColdBurst({ vendor, cores, effort }) {
  const child = startProcess(
    'cold-burst.process.mjs',
    [vendor.tokenUrl, String(effort.rounds), String(CALLERS)],
    cores.measured,
  );
  try {
    const { ours, baseline } =
      /** @type {Record<'ours' | 'baseline', import('./cold-burst.process.mjs').Burst[]>} */ (
        await messageOf(child)
      );
    for (const { clientId } of [...ours, ...baseline]) {
      const requests = vendor.requestsOf(clientId);
      if (requests !== 1) throw new Error(`${clientId} made ${requests} token requests, not 1.`);
    }
    return compare({
      what: `Cold burst of ${CALLERS.toLocaleString('en')} callers, one request`,
      unit: 'ms until all settled',
      baselineName: 'minimal single flight',
      ours: ours.map(({ milliseconds }) => milliseconds),
      baseline: baseline.map(({ milliseconds }) => milliseconds),
      target: { atMost: 2 },
    });
  } finally {
    await stopProcess(child);
  }
}
