// @ts-check
import { readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { rolldown } from 'rolldown';
import { entryPoints, isForeign, OUTPUT, write } from './output.mjs';

/**
 * One file of the body.
 *
 * @typedef {object} Chunk
 * @property {string} fileName
 * @property {string[]} imports packages, and other chunks as relative paths
 * @property {string[]} exports
 * @property {string[]} sources files it was made of
 */

/** Classes keep their names: Nest shows them. */
const MINIFY = {
  compress: true,
  mangle: { keepNames: { class: true, function: false } },
  codegen: { removeWhitespace: true },
};

/**
 * Writes the code of all entry points, and what several of them need in chunks of its own:
 * minified, with source maps that hold the TypeScript.
 *
 * @returns {Promise<Chunk[]>}
 */
export async function writeBody() {
  const bundle = await rolldown({
    input: entryPoints('.js'),
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
    // As in the ES module that it was; a minifier of ES modules would take it away.
    postBanner: "'use strict';",
    minify: MINIFY,
    minifyInternalExports: false,
    comments: false,
    sourcemap: true,
  });
  await write('body/package.json', '{"type":"commonjs"}\n');
  const chunks = output.filter((file) => file.type === 'chunk');
  const ours = chunks.map(({ fileName }) => fileName);
  return chunks.map(({ fileName, imports, exports, moduleIds }) => ({
    fileName,
    imports: imports.map((id) => (ours.includes(id) ? `./${id}` : id)),
    exports,
    sources: moduleIds.filter(isAbsolute),
  }));
}

/**
 * Lets the source maps lead to the TypeScript.
 *
 * @type {import('rolldown').Plugin}
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
 * @type {import('rolldown').Plugin}
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
