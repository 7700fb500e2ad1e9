// @ts-check
import { messageOf, startProcess, stopProcess } from './processes.mjs';

const REPLICAS = [1, 2, 8];

/**
 * @typedef {object} VendorRequests per hour of a token that lives an hour
 * @property {number} replicas
 * @property {number} alone every replica with a token of its own
 * @property {number} shared through Redis
 */

/**
 * How often the vendor is asked. An hour passes in a few seconds here: the lives of the tokens
 * and the time ahead are as much shorter.
 *
 * @param {object} setup
 * @param {Awaited<ReturnType<import('./vendor-stub.mjs').startVendorStub>>} setup.vendor
 * @param {string} setup.redisUrl
 * @param {{ hourSeconds: number, hours: number }} setup.effort
 * @returns {Promise<VendorRequests[]>}
 */
export async function countVendorRequests({ vendor, redisUrl, effort: { hourSeconds, hours } }) {
  vendor.setLifetime(hourSeconds);
  const clusters = REPLICAS.map((replicas) => ({
    replicas,
    alone: `${replicas}-alone`,
    shared: `${replicas}-shared`,
  }));
  const setup = clusters.flatMap(({ replicas, alone, shared }) => [
    { replicas, clientId: alone },
    { replicas, clientId: shared, redisUrl },
  ]);
  const child = startProcess(
    'vendor-requests.process.mjs',
    [vendor.tokenUrl, String(hourSeconds), JSON.stringify(setup)],
    undefined,
  );
  try {
    await messageOf(child);
    const before = new Map(setup.map(({ clientId }) => [clientId, vendor.requestsOf(clientId)]));
    await new Promise((resolve) => setTimeout(resolve, hours * hourSeconds * 1000));
    /** @param {string} clientId */
    const perHour = (clientId) =>
      (vendor.requestsOf(clientId) - (before.get(clientId) ?? NaN)) / hours;
    return clusters.map(({ replicas, alone, shared }) => ({
      replicas,
      alone: perHour(alone),
      shared: perHour(shared),
    }));
  } finally {
    await stopProcess(child);
  }
}
