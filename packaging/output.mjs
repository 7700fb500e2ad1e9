// @ts-check
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';

/** What users get, made of what `nest build` left in dist. */
export const OUTPUT = 'lib';

const ENTRY_POINTS = {
  index: './dist/phoenix/index',
  redis: './dist/phoenix/redis/index',
  sandbox: './dist/sandbox/index',
};

/** @type {{ peerDependencies: Record<string, string> }} */
const { peerDependencies } = JSON.parse(await readFile('package.json', 'utf8'));

/**
 * The entry points by name.
 *
 * @param {string} extension
 */
export function entryPoints(extension) {
  return Object.fromEntries(
    Object.entries(ENTRY_POINTS).map(([name, path]) => [name, `${path}${extension}`]),
  );
}

/** @param {string} id what is imported */
export function isForeign(id) {
  return !id.startsWith('.') && !isAbsolute(id);
}

/** @param {string} id what is imported */
export function isPeer(id) {
  return id in peerDependencies;
}

/**
 * @param {string} path in the output folder
 * @param {string} text
 */
export async function write(path, text) {
  const file = join(OUTPUT, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}
