import { readdirSync } from 'node:fs';
import { basename } from 'node:path';

/**
 * The suites of one group of a folder. Evaluating Nest, Swagger and Fastify takes longer than most of
 * them do, and Jest does it anew for each file that it runs: a group does it once.
 *
 * @param group counted from 1
 * @param groups how many there are of this folder
 */
export function suitesOf(folder: string, group: number, groups: number): readonly string[] {
  return readdirSync(new URL(`../${folder}/`, import.meta.url))
    .filter((file) => file.endsWith('.e2e-spec.ts'))
    .sort()
    .filter((_, index) => index % groups === group - 1)
    .map((file) => `../${folder}/${basename(file, '.ts')}.js`);
}
