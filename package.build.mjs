// @ts-check
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute } from 'node:path';
import { rolldown } from 'rolldown';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';

/** Where users get the package from: one build for each module system, made of what `nest build` left in dist. */
const OUTPUT = 'lib';

const ENTRY_POINTS = {
  index: './dist/phoenix/index',
  redis: './dist/phoenix/redis/index',
  sandbox: './dist/sandbox/index',
};

/** ES modules only, which CommonJS under Jest cannot load: the CommonJS build holds a copy of what it uses. */
const ESM_ONLY = ['jose'];

/** @type {{ format: 'esm' | 'cjs', type: 'module' | 'commonjs', bundled: readonly string[] }[]} */
const BUILDS = [
  { format: 'esm', type: 'module', bundled: [] },
  { format: 'cjs', type: 'commonjs', bundled: ESM_ONLY },
];

/**
 * Where the builds import peers. When one is missing, Node.js, Jest and bundlers name the package
 * and the file that asked for it, before any code of ours runs: so the file's name is the remedy.
 */
const PEERS_FOLDER = 'npm-install-missing-peer';

/** @type {{ peerDependencies: Record<string, string> }} */
const { peerDependencies } = JSON.parse(await readFile('package.json', 'utf8'));

/** @param {string} extension */
function inputs(extension) {
  return Object.fromEntries(
    Object.entries(ENTRY_POINTS).map(([name, path]) => [name, `${path}${extension}`]),
  );
}

/**
 * @param {string} id
 * @param {readonly string[]} bundled
 */
function isExternal(id, bundled) {
  return !id.startsWith('.') && !isAbsolute(id) && !bundled.includes(id);
}

/**
 * The terms under which copies of other packages may be passed on.
 *
 * @param {readonly string[]} packages
 */
async function licencesOf(packages) {
  const texts = packages.map(async (name) => {
    const licence = await readFile(`node_modules/${name}/LICENSE.md`, 'utf8');
    return `# ${name}\n\n${licence}`;
  });
  return (await Promise.all(texts)).join('\n');
}

/**
 * Leads every import of a peer to its file, and names the peers that were asked for.
 *
 * @returns {{ imported: Set<string>, plugin: import('rolldown').Plugin }}
 */
function peerImports() {
  /** @type {Set<string>} */
  const imported = new Set();
  const plugin = {
    name: 'peer-imports',
    /** @param {string} id */
    resolveId(id) {
      if (!(id in peerDependencies)) return null;
      imported.add(id);
      return { id: `./${PEERS_FOLDER}/${id}.js`, external: true };
    },
  };
  return { imported, plugin };
}

/**
 * @param {string} dir
 * @param {'esm' | 'cjs'} format
 * @param {Iterable<string>} peers
 */
async function writePeers(dir, format, peers) {
  for (const peer of peers) {
    const file = `${dir}/${PEERS_FOLDER}/${peer}.js`;
    await mkdir(dirname(file), { recursive: true });
    const code = { esm: `export * from '${peer}';`, cjs: `module.exports = require('${peer}');` };
    await writeFile(file, `${code[format]}\n`);
  }
}

await rm(OUTPUT, { recursive: true, force: true });
const declarations = await rollup({
  input: inputs('.d.ts'),
  external: (id) => isExternal(id, []),
  plugins: [dts()],
});
for (const { format, type, bundled } of BUILDS) {
  const dir = `${OUTPUT}/${format}`;
  const names = { entryFileNames: '[name].js', chunkFileNames: 'shared-[name].js' };
  const { imported, plugin } = peerImports();
  const code = await rolldown({
    input: inputs('.js'),
    platform: 'node',
    external: (id) => !(id in peerDependencies) && isExternal(id, bundled),
    plugins: [plugin],
  });
  await code.write({ dir, format, ...names, comments: { jsdoc: false } });
  await writePeers(dir, format, imported);
  await declarations.write({
    dir,
    format: 'es',
    entryFileNames: '[name].d.ts',
    chunkFileNames: 'shared.d.ts',
  });
  await writeFile(`${dir}/package.json`, `${JSON.stringify({ type })}\n`);
  if (bundled.length > 0) {
    await writeFile(`${dir}/THIRD-PARTY-LICENSES.md`, await licencesOf(bundled));
  }
}
