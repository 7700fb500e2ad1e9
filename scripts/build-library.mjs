// @ts-check
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

// Makes lib, the folder that is packed: its own copy of the sources, compiled there once for each
// module system, so that every source map and declaration map leads to a file of the package.

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SOURCES = join(ROOT, 'src');
const LIBRARY = join(ROOT, 'lib');
const COMPILER = join(ROOT, 'node_modules/typescript/bin/tsc');

/**
 * The source of each entry point, as the manifest names its build.
 *
 * @param {{ exports: Record<string, string | { import: { default: string } }> }} manifest
 */
function entryPoints({ exports }) {
  return Object.values(exports).flatMap((target) =>
    typeof target === 'string'
      ? []
      : [join(SOURCES, relative('esm', target.import.default).replace(/\.js$/, '.ts'))],
  );
}

/**
 * The files themselves and what they import of ours.
 *
 * @param {readonly string[]} entries
 */
async function withImports(entries) {
  const found = new Set(entries);
  for (const file of found) {
    const { importedFiles } = ts.preProcessFile(await readFile(file, 'utf8'));
    for (const { fileName } of importedFiles.filter(({ fileName }) => fileName.startsWith('.'))) {
      found.add(resolve(dirname(file), fileName.replace(/\.js$/, '.ts')));
    }
  }
  return found;
}

/**
 * A page of a package stands alone: its links lead to the repository.
 *
 * @param {string} markdown
 * @param {string} address
 */
function withAbsoluteLinks(markdown, address) {
  return markdown.replace(/\]\((?!\w+:|#)(?:\.\/)?/g, `](${address}/`);
}

/** @param {string} moduleSystem */
async function compile(moduleSystem) {
  const project = join(ROOT, `scripts/tsconfig.${moduleSystem}.json`);
  const compiler = spawn(process.execPath, [COMPILER, '-p', project], { stdio: 'inherit' });
  const [code] = await once(compiler, 'exit');
  if (code !== 0) process.exitCode = 1;
}

/** @param {string} path */
async function readJson(path) {
  return JSON.parse(await readFile(join(ROOT, path), 'utf8'));
}

const { version } = await readJson('package.json');
const { name, ...manifest } = await readJson('src/phoenix/package.json');
const repository = manifest.repository.url.replace(/^git\+|\.git$/g, '');

await rm(LIBRARY, { recursive: true, force: true });
for (const file of await withImports(entryPoints(manifest))) {
  await cp(file, join(LIBRARY, 'src', relative(SOURCES, file)));
}
await mkdir(join(LIBRARY, 'cjs'));
await writeFile(join(LIBRARY, 'cjs/package.json'), '{ "type": "commonjs" }\n');
await writeFile(
  join(LIBRARY, 'package.json'),
  `${JSON.stringify({ name, version, ...manifest }, undefined, 2)}\n`,
);
for (const page of ['README.md', 'CHANGELOG.md']) {
  const text = await readFile(join(ROOT, page), 'utf8');
  await writeFile(join(LIBRARY, page), withAbsoluteLinks(text, `${repository}/blob/v${version}`));
}
await cp(join(ROOT, 'LICENSE'), join(LIBRARY, 'LICENSE'));
await Promise.all(['esm', 'cjs'].map(compile));
