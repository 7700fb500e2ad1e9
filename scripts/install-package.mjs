// @ts-check
import { execFileSync } from 'node:child_process';
import { mkdir, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// node scripts/install-package.mjs FOLDER
//
// Packs lib and unpacks it in the node_modules of an empty folder, beside links to the packages of
// this repository: what runs in the folder has the package as users get it, without a network.

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const [folder = ''] = process.argv.slice(2);
const modules = join(folder, 'node_modules');
const target = join(modules, 'nestjs-phoenix');

await mkdir(target, { recursive: true });
for (const name of await readdir(join(ROOT, 'node_modules'))) {
  if (!name.startsWith('.')) await symlink(join(ROOT, 'node_modules', name), join(modules, name));
}
const pack = ['pack', './lib', '--json', '--pack-destination', folder];
const [{ filename }] = JSON.parse(execFileSync('npm', pack, { cwd: ROOT, encoding: 'utf8' }));
execFileSync('tar', ['-xzf', join(folder, filename), '-C', target, '--strip-components=1']);
