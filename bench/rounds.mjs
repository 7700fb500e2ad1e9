// @ts-check

/**
 * Takes samples in turn, so that a noisy minute of the machine hits every contestant alike.
 * The order rotates from round to round and runs backwards in every second one, so that
 * nobody always comes first, or always after the same other.
 *
 * @template Contestant, Sample
 * @param {readonly Contestant[]} contestants
 * @param {number} rounds
 * @param {(contestant: Contestant) => Promise<Sample>} measure
 * @returns {Promise<Map<Contestant, Sample[]>>} samples of each contestant by round
 */
export async function interleave(contestants, rounds, measure) {
  /** @type {Map<Contestant, Sample[]>} */
  const samples = new Map(contestants.map((contestant) => [contestant, []]));
  for (let round = 0; round < rounds; round++) {
    const start = round % contestants.length;
    const order = [...contestants.slice(start), ...contestants.slice(0, start)];
    for (const contestant of round % 2 === 0 ? order : order.reverse()) {
      samples.get(contestant)?.push(await measure(contestant));
    }
  }
  return samples;
}

/**
 * @param {readonly number[]} values
 * @param {number} share between 0 and 1
 */
export function quantile(values, share) {
  const sorted = Float64Array.from(values).sort();
  const position = (sorted.length - 1) * share;
  const below = sorted[Math.floor(position)] ?? NaN;
  const above = sorted[Math.ceil(position)] ?? NaN;
  return below + (above - below) * (position - Math.floor(position));
}

/** @param {readonly number[]} values */
export function median(values) {
  return quantile(values, 0.5);
}

/**
 * One promise about us, held against a baseline that was measured in the same rounds.
 *
 * @typedef {object} Comparison
 * @property {string} what
 * @property {string} unit
 * @property {number} ours median
 * @property {number} baseline median
 * @property {string} baselineName
 * @property {number} ratio median of the ratios of the rounds: what slows a whole round cancels out
 * @property {[number, number]} middleHalf the ratios between the quartiles
 * @property {{ atLeast: number } | { atMost: number }} target
 * @property {boolean} met
 */

/**
 * @param {object} options
 * @param {string} options.what
 * @param {string} options.unit
 * @param {string} options.baselineName
 * @param {readonly number[]} options.ours by round
 * @param {readonly number[]} options.baseline by round
 * @param {{ atLeast: number } | { atMost: number }} options.target of the ratio
 * @returns {Comparison}
 */
export function compare({ what, unit, baselineName, ours, baseline, target }) {
  const ratios = ours.map((value, round) => value / (baseline[round] ?? NaN));
  const ratio = median(ratios);
  return {
    what,
    unit,
    baselineName,
    ours: median(ours),
    baseline: median(baseline),
    ratio,
    middleHalf: [quantile(ratios, 0.25), quantile(ratios, 0.75)],
    target,
    met: 'atLeast' in target ? ratio >= target.atLeast : ratio <= target.atMost,
  };
}
