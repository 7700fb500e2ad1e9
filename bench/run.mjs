// @ts-check
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { benchColdBurst } from './cold-burst.mjs';
import { benchHotPath } from './hot-path.mjs';
import { benchHotPathWithRedis } from './hot-path-with-redis.mjs';
import { benchHttp } from './http.mjs';
import { chooseCores } from './processes.mjs';
import { startRedis } from './redis.mjs';
import { toMarkdown } from './report.mjs';
import { countVendorRequests } from './vendor-requests.mjs';
import { startVendorStub } from './vendor-stub.mjs';

/** Rounds and durations; a quick run shows that everything works, not how fast it is. */
const EFFORT = {
  normal: {
    http: { generations: 16, rounds: 2, warmUpSeconds: 3, sampleSeconds: 1 },
    hotPath: { rounds: 1000, callsPerSample: 20_000 },
    coldBurst: { rounds: 101 },
    hotPathWithRedis: { rounds: 100, batches: 1_000, callsPerBatch: 100 },
    vendorRequests: { hourSeconds: 18, hours: 5 },
  },
  quick: {
    http: { generations: 1, rounds: 3, warmUpSeconds: 1, sampleSeconds: 0.5 },
    hotPath: { rounds: 100, callsPerSample: 20_000 },
    coldBurst: { rounds: 21 },
    hotPathWithRedis: { rounds: 10, batches: 1_000, callsPerBatch: 100 },
    vendorRequests: { hourSeconds: 12, hours: 2 },
  },
};

const { values: flags } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, json: { type: 'string' } },
});
const effort = EFFORT[flags.quick ? 'quick' : 'normal'];
const cores = chooseCores();
const vendor = await startVendorStub();
const redis = await startRedis();
if (redis === undefined) {
  process.stderr.write(
    'There is no redis-server, so its rows are left out (see REDIS_SERVER_PATH).\n',
  );
}

/**
 * @template T
 * @param {string} what
 * @param {() => Promise<T>} measure
 * @returns {Promise<T>}
 */
async function step(what, measure) {
  process.stderr.write(`Measuring ${what} …\n`);
  return measure();
}

try {
  const { tokenUrl } = vendor;
  const hotPath = await step('the hot path', () =>
    benchHotPath({ tokenUrl, cores, effort: effort.hotPath }),
  );
  const coldBurst = await step('the cold burst', () =>
    benchColdBurst({ vendor, cores, effort: effort.coldBurst }),
  );
  const http = await step('the HTTP servers', () =>
    benchHttp({ tokenUrl, cores, effort: effort.http }),
  );
  const withRedis =
    redis &&
    (await step('the hot path with Redis', () =>
      benchHotPathWithRedis({
        tokenUrl,
        redisUrl: redis.url,
        cores,
        effort: effort.hotPathWithRedis,
      }),
    ));
  const vendorRequests =
    redis &&
    (await step('the requests to the vendor', () =>
      countVendorRequests({ vendor, redisUrl: redis.url, effort: effort.vendorRequests }),
    ));
  const result = {
    versions: versions(),
    machine: `${availableParallelism()} cores, ${cores.note}`,
    servers: http.servers,
    comparisons: [...http.comparisons, hotPath, coldBurst, ...(withRedis ?? [])],
    vendorRequests: vendorRequests ?? [],
  };
  if (flags.json !== undefined) writeFileSync(flags.json, `${JSON.stringify(result, null, 2)}\n`);
  process.stdout.write(`${toMarkdown(result)}\n`);
  if (result.comparisons.some(({ met }) => !met)) process.exitCode = 1;
} finally {
  vendor.close();
  redis?.close();
}

function versions() {
  return {
    Node: process.versions.node,
    Nest: versionOf('@nestjs/core'),
    Fastify: versionOf('fastify'),
    Express: versionOf('express'),
    'nestjs-phoenix': versionOf('nestjs-phoenix'),
  };
}

/** @param {string} name */
function versionOf(name) {
  const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
  return /** @type {{ version: string }} */ (JSON.parse(readFileSync(manifest, 'utf8'))).version;
}
