// @ts-check
import autocannon from 'autocannon';
import { API_KEY } from './contestants/api-key.mjs';
import { report } from './processes.mjs';
import { quantile } from './rounds.mjs';

const CONNECTIONS = 50;
/** Connections are opened and queues filled before anything counts. */
const SETTLING_MS = 250;

/**
 * @typedef {object} LoadSample
 * @property {number} requestsPerSecond
 * @property {number} p99Ms
 * @property {number} replies those while settling included
 * @property {number} elapsedMicroseconds settling included
 * @property {number} cpuMicroseconds CPU time of the load generator
 */

/**
 * As many requests as 50 connections get answered. Times are taken from each reply, because
 * the generator's own histogram knows whole milliseconds only.
 *
 * @param {string} url
 * @param {number} seconds
 * @returns {Promise<LoadSample>}
 */
async function sample(url, seconds) {
  /** @type {number[]} */
  const latencies = [];
  const startMs = performance.now();
  const countFromMs = startMs + SETTLING_MS;
  const cpuBefore = process.cpuUsage();
  let lastMs = startMs;
  let replies = 0;
  const result = await run(url, seconds + SETTLING_MS / 1000, (responseMs) => {
    lastMs = performance.now();
    replies++;
    if (lastMs >= countFromMs) latencies.push(responseMs);
  });
  const cpu = process.cpuUsage(cpuBefore);
  const { non2xx, errors, statusCodeStats = {} } = result;
  if (errors > 0 || non2xx > 0 || statusCodeStats['200']?.count !== result['2xx']) {
    throw new Error(
      `Every reply must be a 200, but ${url} sent ${JSON.stringify(statusCodeStats)}, and ${errors} requests failed.`,
    );
  }
  return {
    requestsPerSecond: latencies.length / ((lastMs - countFromMs) / 1000),
    p99Ms: quantile(latencies, 0.99),
    replies,
    elapsedMicroseconds: (performance.now() - startMs) * 1000,
    cpuMicroseconds: cpu.user + cpu.system,
  };
}

/**
 * @param {string} url
 * @param {number} duration in seconds
 * @param {(responseMs: number) => void} onResponse
 * @returns {Promise<import('autocannon').Result>}
 */
function run(url, duration, onResponse) {
  return new Promise((resolve, reject) => {
    const instance = autocannon(
      {
        url,
        duration,
        connections: CONNECTIONS,
        headers: { 'X-API-Key': API_KEY },
        sampleInt: 20,
      },
      (error, result) => {
        if (error) reject(error);
        else resolve(result);
      },
    );
    instance.on('response', (_client, _status, _bytes, responseMs) => {
      onResponse(responseMs);
    });
  });
}

process.on('message', (/** @type {{ url: string, seconds: number }} */ { url, seconds }) => {
  void sample(url, seconds).then(report);
});
