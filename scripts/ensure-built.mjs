// Builds, unless dist and lib are what the sources would give. `--stamp` notes what was built.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const STAMP = 'dist/.built-from';
const OUTPUTS = ['dist', 'lib'];
const SOURCES = [
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'nest-cli.json',
  'package.json',
  'package-lock.json',
  'scripts/build-library.mjs',
  'scripts/tsconfig.cjs.json',
  'scripts/tsconfig.esm.json',
  'src',
  'tsconfig.build.json',
  'tsconfig.json',
];

function filesOf(path) {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { recursive: true })
    .map((name) => join(path, name))
    .filter((file) => statSync(file).isFile() && !file.endsWith('.spec.ts'))
    .sort();
}

/** The names and contents of all sources, in short. */
function digest() {
  const hash = createHash('sha256');
  for (const file of SOURCES.flatMap(filesOf)) {
    const content = readFileSync(file);
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

function isBuilt() {
  if (!OUTPUTS.every((output) => existsSync(output)) || !existsSync(STAMP)) return false;
  return readFileSync(STAMP, 'utf8') === digest();
}

if (process.argv.includes('--stamp')) {
  writeFileSync(STAMP, digest());
} else if (!isBuilt()) {
  process.stderr.write('Building, which takes about 15 seconds, once after each change …\n');
  rmSync(STAMP, { force: true });
  const { status } = spawnSync('npm', ['run', '--silent', 'build'], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  process.exitCode = status ?? 1;
}
