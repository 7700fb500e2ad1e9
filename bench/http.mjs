// @ts-check
import { API_KEY } from './contestants/api-key.mjs';
import { messageOf, startProcess, stopProcess } from './processes.mjs';
import { compare, interleave, median } from './rounds.mjs';

/**
 * @typedef {object} ServerSample
 * @property {number} requestsPerSecond
 * @property {number} p99Ms
 * @property {number} cpuMicroseconds the server's CPU time for one request
 * @property {number} serverLoad share of a core that the server got
 * @property {number} generatorLoad share of a core that the load generator got
 *
 * @typedef {{ name: string, script: string, args: string[] }} Server
 * @typedef {{ name: string } & ServerSample} ServerResult medians over all rounds
 * @typedef {{ generations: number, rounds: number, warmUpSeconds: number, sampleSeconds: number }} Effort
 */

const LEAST_REQUESTS = { atLeast: 0.95 };
const LONGEST_P99 = { atMost: 1.15 };

const PLATFORMS = ['Express', 'Fastify'];

/**
 * Requests per second and p99 of the guarded token route, against the same thing built by hand.
 *
 * @param {object} setup
 * @param {string} setup.tokenUrl
 * @param {import('./processes.mjs').Cores} setup.cores
 * @param {Effort} setup.effort
 */
export async function benchHttp({ tokenUrl, cores, effort }) {
  const pairs = PLATFORMS.map((platform) => ({
    platform,
    ours: server(`nestjs-phoenix on ${platform}`, 'phoenix', platform.toLowerCase(), tokenUrl),
    byHand: server(`by hand beside it, ${platform}`, 'by-hand', platform.toLowerCase(), tokenUrl),
    bareNest: server(`bare Nest on ${platform}`, 'bare-nest', platform.toLowerCase()),
  }));
  // Each of ours stands next to its baseline, so that little time passes between the two.
  const servers = [
    ...pairs.flatMap(({ ours, byHand, bareNest }) => [byHand, ours, bareNest]),
    server('bare Fastify', 'bare-fastify'),
    server('raw node:http', 'raw-http'),
  ];
  const samples = await sampleAll(servers, cores, effort);
  /**
   * @param {Server} one
   * @param {keyof ServerSample} key
   */
  const of = (one, key) => (samples.get(one) ?? []).map((sample) => sample[key]);

  return {
    servers: servers.map((one) => ({
      name: one.name,
      requestsPerSecond: median(of(one, 'requestsPerSecond')),
      p99Ms: median(of(one, 'p99Ms')),
      cpuMicroseconds: median(of(one, 'cpuMicroseconds')),
      serverLoad: median(of(one, 'serverLoad')),
      generatorLoad: median(of(one, 'generatorLoad')),
    })),
    comparisons: pairs.flatMap(({ platform, ours, byHand, bareNest }) => {
      const what = `\`GET /phoenix/token\`, ${platform}`;
      return [
        compare({
          what,
          unit: 'requests/s',
          baselineName: 'bare Nest',
          ours: of(ours, 'requestsPerSecond'),
          baseline: of(bareNest, 'requestsPerSecond'),
          target: LEAST_REQUESTS,
        }),
        compare({
          what,
          unit: 'p99, ms',
          baselineName: 'bare Nest',
          ours: of(ours, 'p99Ms'),
          baseline: of(bareNest, 'p99Ms'),
          target: LONGEST_P99,
        }),
        compare({
          what,
          unit: 'requests/s',
          baselineName: 'by hand in the same application',
          ours: of(ours, 'requestsPerSecond'),
          baseline: of(byHand, 'requestsPerSecond'),
          target: LEAST_REQUESTS,
        }),
      ];
    }),
  };
}

/**
 * Several generations of processes: how well the compiler did in one process is luck, too.
 *
 * @param {Server[]} servers
 * @param {import('./processes.mjs').Cores} cores
 * @param {Effort} effort
 */
async function sampleAll(servers, cores, effort) {
  /** @type {Map<Server, ServerSample[]>} */
  const samples = new Map(servers.map((one) => [one, []]));
  for (let generation = 0; generation < effort.generations; generation++) {
    // Nobody always starts first, or always comes after the same other.
    const start = generation % servers.length;
    const order = [...servers.slice(start), ...servers.slice(0, start)];
    if (generation % 2 === 1) order.reverse();
    for (const [one, more] of await sampleGeneration(order, cores, effort)) {
      samples.get(one)?.push(...more);
    }
  }
  return samples;
}

/**
 * @param {Server[]} servers
 * @param {import('./processes.mjs').Cores} cores
 * @param {Effort} effort
 */
async function sampleGeneration(servers, cores, { rounds, warmUpSeconds, sampleSeconds }) {
  const generator = startProcess('load-generator.mjs', [], cores.opposite);
  const running = new Map(
    servers.map((one) => [one, startProcess(one.script, one.args, cores.measured)]),
  );
  try {
    const targets = new Map(
      await Promise.all(
        [...running].map(async ([one, child]) => {
          const url = `${await messageOf(child)}/phoenix/token`;
          return /** @type {const} */ ([one, { child, url }]);
        }),
      ),
    );
    await checkReplies([...targets.values()].map(({ url }) => url));
    /** @param {number} seconds */
    const loadFor = (seconds) => (/** @type {Server} */ one) => {
      const target = targets.get(one);
      if (target === undefined) throw new Error(`${one.name} does not run.`);
      return sample(generator, target, seconds);
    };
    await interleave(servers, 1, loadFor(warmUpSeconds));
    return await interleave(servers, rounds, loadFor(sampleSeconds));
  } finally {
    await Promise.all([generator, ...running.values()].map(stopProcess));
  }
}

/**
 * @param {import('node:child_process').ChildProcess} generator
 * @param {{ child: import('node:child_process').ChildProcess, url: string }} target
 * @param {number} seconds
 * @returns {Promise<ServerSample>}
 */
async function sample(generator, { child, url }, seconds) {
  const cpuBefore = await cpuOf(child);
  generator.send({ url, seconds });
  /** @type {import('./load-generator.mjs').LoadSample} */
  const load = await messageOf(generator);
  const cpuMicroseconds = (await cpuOf(child)) - cpuBefore;
  return {
    requestsPerSecond: load.requestsPerSecond,
    p99Ms: load.p99Ms,
    cpuMicroseconds: cpuMicroseconds / load.replies,
    serverLoad: cpuMicroseconds / load.elapsedMicroseconds,
    generatorLoad: load.cpuMicroseconds / load.elapsedMicroseconds,
  };
}

/** @param {import('node:child_process').ChildProcess} child a server */
async function cpuOf(child) {
  child.send('cpu');
  /** @type {NodeJS.CpuUsage} */
  const { user, system } = await messageOf(child);
  return user + system;
}

/**
 * Everybody must do the same work: guard the route, and send the same fields and headers.
 *
 * @param {string[]} urls
 */
async function checkReplies(urls) {
  const answers = await Promise.all(urls.map(describeReply));
  if (answers.some((answer) => answer !== answers[0])) {
    throw new Error(`The servers do not answer alike:\n${answers.join('\n')}`);
  }
}

/** @param {string} url */
async function describeReply(url) {
  const refusal = await fetch(url, { headers: { 'X-API-Key': `${API_KEY}?` } });
  const reply = await fetch(url, { headers: { 'X-API-Key': API_KEY } });
  if (refusal.ok || !reply.ok) throw new Error(`${url} is not guarded by the key alone.`);
  const body = /** @type {Record<string, unknown>} */ (await reply.json());
  return JSON.stringify({
    length: reply.headers.get('content-length'),
    cacheControl: reply.headers.get('cache-control'),
    pragma: reply.headers.get('pragma'),
    fields: Object.entries(body).map(([name, value]) => [name, typeof value]),
  });
}

/**
 * @param {string} name
 * @param {string} script
 * @param {string[]} args
 * @returns {Server}
 */
function server(name, script, ...args) {
  return { name, script: `contestants/${script}.mjs`, args };
}
