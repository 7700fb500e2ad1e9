// @ts-check

/**
 * @typedef {import('./http.mjs').ServerResult} ServerResult
 * @typedef {import('./rounds.mjs').Comparison} Comparison
 *
 * @typedef {object} BenchResult
 * @property {Record<string, string>} versions
 * @property {string} machine
 * @property {ServerResult[]} servers the last one is the limit of what is possible
 * @property {Comparison[]} comparisons
 * @property {import('./vendor-requests.mjs').VendorRequests[]} vendorRequests empty without Redis
 */

/** Whoever gets this share of its core is at its limit. */
const SATURATED = 0.95;
/** When neither side gets this share, others were at work on the same cores. */
const UNDISTURBED = 0.85;

/**
 * @param {BenchResult} result
 * @returns {string} Markdown
 */
export function toMarkdown({ versions, machine, servers, comparisons, vendorRequests }) {
  return [
    `${Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}; ${machine}.`,
    targetTable(comparisons),
    ...(vendorRequests.length > 0 ? [vendorTable(vendorRequests)] : []),
    serverTable(servers),
    ...generatorNote(servers),
    ...disturbanceNote(servers),
  ].join('\n\n');
}

/** @param {Comparison[]} comparisons */
function targetTable(comparisons) {
  return table(
    ['measured', 'unit', 'nestjs-phoenix', 'baseline', 'ratio (middle half)', 'target', ''],
    comparisons.map((one) => [
      one.what,
      one.unit,
      figure(one.ours),
      `${figure(one.baseline)} (${one.baselineName})`,
      `${one.ratio.toFixed(2)} (${one.middleHalf.map((ratio) => ratio.toFixed(2)).join('–')})`,
      'atLeast' in one.target ? `≥ ${one.target.atLeast}` : `≤ ${one.target.atMost}`,
      one.met ? 'met' : '**missed**',
    ]),
  );
}

/** @param {BenchResult['vendorRequests']} rows */
function vendorTable(rows) {
  return table(
    ['replicas', 'token requests per hour, each alone', 'sharing through Redis'],
    rows.map(({ replicas, alone, shared }) => [String(replicas), figure(alone), figure(shared)]),
  );
}

/** @param {ServerResult[]} servers */
function serverTable(servers) {
  const limit = servers.at(-1)?.requestsPerSecond ?? NaN;
  return table(
    ['server', 'requests/s', 'of raw node:http', 'p99, ms', 'CPU per request, µs'],
    servers.map(({ name, requestsPerSecond, p99Ms, cpuMicroseconds }) => [
      name,
      figure(requestsPerSecond),
      (requestsPerSecond / limit).toFixed(2),
      figure(p99Ms),
      figure(cpuMicroseconds),
    ]),
  );
}

/** @param {ServerResult[]} servers */
function generatorNote(servers) {
  const names = servers
    .filter(({ generatorLoad }) => generatorLoad > SATURATED)
    .map(({ name }) => name);
  if (names.length === 0) return [];
  return [`At its limit was the load generator, not the server, for: ${names.join(', ')}.`];
}

/** @param {ServerResult[]} servers */
function disturbanceNote(servers) {
  const busiest = servers.map(({ serverLoad, generatorLoad }) =>
    Math.max(serverLoad, generatorLoad),
  );
  const share = Math.min(...busiest);
  if (share >= UNDISTURBED) return [];
  return [
    `Other processes were at work: a server under full load got ${Math.round(share * 100)} % of its core. ` +
      'Ratios are less certain, p99 above all; repeat on a quiet machine.',
  ];
}

/**
 * @param {string[]} head
 * @param {string[][]} rows
 */
function table(head, rows) {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/** @param {number} value */
function figure(value) {
  const digits = value < 100 ? { maximumSignificantDigits: 3 } : { maximumFractionDigits: 0 };
  return value.toLocaleString('en', digits);
}
