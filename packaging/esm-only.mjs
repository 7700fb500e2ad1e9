// @ts-check
import { readFile } from 'node:fs/promises';
import { rolldown } from 'rolldown';
import { parseAst } from 'rolldown/parseAst';
import { write } from './output.mjs';

/** ES modules only, which CommonJS under Jest cannot load: its face holds a copy of what is used. */
export const ESM_ONLY = 'jose';

/**
 * Writes what the body uses of the package as one CommonJS file, and the licence under which it may be passed on.
 *
 * @param {import('./body.mjs').Chunk[]} chunks
 */
export async function writeCopy(chunks) {
  const used = await namesImportedBy(chunks.flatMap(({ sources }) => sources));
  const input = 'what-is-used';
  const code = `export { ${used.join(', ')} } from '${ESM_ONLY}';`;
  const bundle = await rolldown({
    input,
    platform: 'node',
    plugins: [
      {
        name: input,
        resolveId: (id) => (id === input ? id : null),
        load: (id) => (id === input ? code : null),
      },
    ],
  });
  const { output } = await bundle.generate({ format: 'cjs', minify: true, comments: false });
  await write(`cjs/${ESM_ONLY}.js`, output[0].code);
  const licence = await readFile(`node_modules/${ESM_ONLY}/LICENSE.md`, 'utf8');
  await write('cjs/THIRD-PARTY-LICENSES.md', `# ${ESM_ONLY}\n\n${licence}`);
}

/** @param {string[]} files */
async function namesImportedBy(files) {
  /** @type {Set<string>} */
  const names = new Set();
  for (const file of files) {
    const { body } = parseAst(await readFile(file, 'utf8'));
    const imports = body.filter((node) => node.type === 'ImportDeclaration');
    for (const { specifiers } of imports.filter(({ source }) => source.value === ESM_ONLY)) {
      for (const specifier of specifiers) {
        if (specifier.type !== 'ImportSpecifier' || specifier.imported.type !== 'Identifier') {
          throw new Error(`${file} must import names from ${ESM_ONLY}, not all of it.`);
        }
        names.add(specifier.imported.name);
      }
    }
  }
  return [...names];
}
