// @ts-check
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { rolldown } from 'rolldown';
import { parseAst } from 'rolldown/parseAst';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';

/**
 * Where users get the package from, made of what `nest build` left in dist: the code once, in
 * `body`, as functions of what they import; and for each module system a face of it, which imports
 * that, because under Jest neither ES modules can be required, nor Nest 12 from CommonJS.
 */
const OUTPUT = 'lib';

const ENTRY_POINTS = {
  index: './dist/phoenix/index',
  redis: './dist/phoenix/redis/index',
  sandbox: './dist/sandbox/index',
};

/** ES modules only, which CommonJS under Jest cannot load: its face holds a copy of what is used. */
const ESM_ONLY = 'jose';

/**
 * Where the faces import peers. When one is missing, Node.js, Jest and bundlers name the package
 * and the file that asked for it, before any code of ours runs: so the file's name is the remedy.
 */
const PEERS_FOLDER = 'npm-install-missing-peer';

/** Classes keep their names: Nest shows them. What was written in TypeScript is in the source maps. */
const MINIFY = {
  compress: true,
  mangle: { keepNames: { class: true, function: false } },
  codegen: { removeWhitespace: true },
};

/** @type {{ peerDependencies: Record<string, string> }} */
const { peerDependencies } = JSON.parse(await readFile('package.json', 'utf8'));

/**
 * One file of the body: what it needs and what it gives.
 *
 * @typedef {Pick<import('rolldown').OutputChunk, 'fileName' | 'imports' | 'exports' | 'moduleIds'>} Chunk
 * @typedef {import('rolldown').Plugin} Plugin
 */

/** @type {Record<'esm' | 'cjs', { type: string, face: (chunk: Chunk) => string, peer: (id: string) => string }>} */
const MODULE_SYSTEMS = {
  esm: {
    type: 'module',
    peer: (id) => `export * from '${id}';\n`,
    face: ({ fileName, imports, exports }) => {
      const lines = imports.map((id, index) => `import * as i${index} from '${addressOf(id)}';`);
      const given = imports.map((id, index) => `'${id}': i${index}`);
      return [
        ...lines,
        `import body from '../body/${fileName}';`,
        `export const { ${exports.join(', ')} } = body({ ${given.join(', ')} });\n`,
      ].join('\n');
    },
  },
  cjs: {
    type: 'commonjs',
    peer: (id) => `module.exports = require('${id}');\n`,
    face: ({ fileName, imports, exports }) => {
      const given = imports.map((id) => {
        const address = id === ESM_ONLY ? `./${ESM_ONLY}.js` : addressOf(id);
        return `'${id}': require('${address}')`;
      });
      return [
        `const body = require('../body/${fileName}')({ ${given.join(', ')} });`,
        ...exports.map((name) => `exports.${name} = body.${name};`),
        '',
      ].join('\n');
    },
  },
};

/** @param {string} id what the body imports */
function addressOf(id) {
  return id in peerDependencies ? `./${PEERS_FOLDER}/${id}.js` : id;
}

/** @param {string} id */
function isForeign(id) {
  return !id.startsWith('.') && !isAbsolute(id);
}

/** @param {string} extension */
function inputs(extension) {
  return Object.fromEntries(
    Object.entries(ENTRY_POINTS).map(([name, path]) => [name, `${path}${extension}`]),
  );
}

/**
 * @param {string} path in the output folder
 * @param {string} text
 */
async function write(path, text) {
  const file = join(OUTPUT, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

/**
 * The code of all entry points, and what several of them need in chunks of its own.
 *
 * @returns {Promise<Chunk[]>}
 */
async function writeBody() {
  const bundle = await rolldown({
    input: inputs('.js'),
    platform: 'node',
    external: isForeign,
    transform: { define: { 'import.meta.url': '__filename' } },
    plugins: [withSources, asFunction],
  });
  const { output } = await bundle.write({
    dir: join(OUTPUT, 'body'),
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'shared-[name].js',
    minify: MINIFY,
    minifyInternalExports: false,
    comments: false,
    sourcemap: true,
  });
  const chunks = output.filter((file) => file.type === 'chunk');
  const ours = chunks.map(({ fileName }) => fileName);
  return chunks.map(({ fileName, imports, exports, moduleIds }) => ({
    fileName,
    imports: imports.map((id) => (ours.includes(id) ? `./${id}` : id)),
    exports,
    moduleIds,
  }));
}

/**
 * Lets the source maps lead to the TypeScript.
 *
 * @type {Plugin}
 */
const withSources = {
  name: 'with-sources',
  async load(id) {
    const [code, map] = await Promise.all([readFile(id, 'utf8'), readFile(`${id}.map`, 'utf8')]);
    return { code, map };
  },
};

/**
 * Turns an ES module into a function from what it imports to what it exports, which any module
 * system can call. Line by line, so that the source map stays right.
 *
 * @type {Plugin}
 */
const asFunction = {
  name: 'as-function',
  renderChunk(code) {
    const body = code
      .replace(/^import \* as (\w+) from (".+");$/gm, 'const $1 = imports[$2];')
      .replace(/^import \{ (.+) \} from (".+");$/gm, (_, names, id) => {
        return `const { ${names.replaceAll(' as ', ': ')} } = imports[${id}];`;
      })
      .replace(/^export \{ (.+) \};$/m, (_, names) => {
        return `return { ${names.replace(/(\w+) as (\w+)/g, '$2: $1')} };`;
      });
    return { code: `module.exports = (imports) => {${body}};`, map: null };
  },
};

/**
 * The names that the code imports from a package.
 *
 * @param {string} name
 * @param {Iterable<string>} files
 */
async function importedFrom(name, files) {
  /** @type {Set<string>} */
  const names = new Set();
  for (const file of files) {
    const { body } = parseAst(await readFile(file, 'utf8'));
    const imports = body.filter((node) => node.type === 'ImportDeclaration');
    for (const { specifiers } of imports.filter(({ source }) => source.value === name)) {
      for (const specifier of specifiers) {
        if (specifier.type !== 'ImportSpecifier' || specifier.imported.type !== 'Identifier') {
          throw new Error(`${file} must import names from ${name}, not all of it.`);
        }
        names.add(specifier.imported.name);
      }
    }
  }
  return names;
}

/**
 * What the body uses of a package, as one CommonJS file, and the licence under which it may be passed on.
 *
 * @param {Iterable<string>} used
 */
async function writeCopy(used) {
  const input = 'what-is-used';
  const bundle = await rolldown({
    input,
    platform: 'node',
    plugins: [
      {
        name: input,
        resolveId: (id) => (id === input ? id : null),
        load: (id) =>
          id === input ? `export { ${[...used].join(', ')} } from '${ESM_ONLY}';` : null,
      },
    ],
  });
  const { output } = await bundle.generate({ format: 'cjs', minify: true, comments: false });
  await write(`cjs/${ESM_ONLY}.js`, output[0].code);
  const licence = await readFile(`node_modules/${ESM_ONLY}/LICENSE.md`, 'utf8');
  await write('cjs/THIRD-PARTY-LICENSES.md', `# ${ESM_ONLY}\n\n${licence}`);
}

/** The declarations once, too, in CommonJS: those of ES modules can refer to them, and not the other way round. */
async function writeDeclarations() {
  const bundle = await rollup({ input: inputs('.d.ts'), external: isForeign, plugins: [dts()] });
  const { output } = await bundle.generate({
    format: 'es',
    entryFileNames: '[name].d.ts',
    chunkFileNames: 'shared.d.ts',
  });
  for (const { fileName, code } of output.filter((file) => file.type === 'chunk')) {
    const indented = code.replace(/^(?: {4})+/gm, (spaces) => '\t'.repeat(spaces.length / 4));
    await write(`cjs/${fileName}`, indented);
  }
  for (const name of Object.keys(ENTRY_POINTS)) {
    await write(`esm/${name}.d.ts`, `export * from '../cjs/${name}.js';\n`);
  }
}

await rm(OUTPUT, { recursive: true, force: true });
const chunks = await writeBody();
const peers = new Set(
  chunks.flatMap(({ imports }) => imports).filter((id) => id in peerDependencies),
);
await write('body/package.json', '{"type":"commonjs"}\n');
for (const [name, { type, face, peer }] of Object.entries(MODULE_SYSTEMS)) {
  await write(`${name}/package.json`, `${JSON.stringify({ type })}\n`);
  for (const chunk of chunks) await write(`${name}/${chunk.fileName}`, face(chunk));
  for (const id of peers) await write(`${name}/${PEERS_FOLDER}/${id}.js`, peer(id));
}
await writeCopy(
  await importedFrom(ESM_ONLY, chunks.flatMap(({ moduleIds }) => moduleIds).filter(isAbsolute)),
);
await writeDeclarations();
