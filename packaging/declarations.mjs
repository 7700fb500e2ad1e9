// @ts-check
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';
import { entryPoints, isForeign, write } from './output.mjs';

/** Writes the declarations once, too, in CommonJS: those of ES modules can refer to them, and not the other way round. */
export async function writeDeclarations() {
  const input = entryPoints('.d.ts');
  const bundle = await rollup({ input, external: isForeign, plugins: [dts()] });
  const { output } = await bundle.generate({
    format: 'es',
    entryFileNames: '[name].d.ts',
    chunkFileNames: 'shared.d.ts',
  });
  for (const { fileName, code } of output.filter((file) => file.type === 'chunk')) {
    const indented = code.replace(/^(?: {4})+/gm, (spaces) => '\t'.repeat(spaces.length / 4));
    await write(`cjs/${fileName}`, indented);
  }
  for (const name of Object.keys(input)) {
    await write(`esm/${name}.d.ts`, `export * from '../cjs/${name}.js';\n`);
  }
}
