// @ts-check
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Measures the package as users get it: packed, installed in a folder of its own, the benchmarks beside it.

const HERE = fileURLToPath(new URL('.', import.meta.url));
const INSTALL = fileURLToPath(new URL('../scripts/install-package.mjs', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'nestjs-phoenix-bench-'));

/** @param {string[]} node */
async function run(...node) {
  const child = spawn(process.execPath, node, { stdio: 'inherit' });
  const [code] = await once(child, 'exit');
  if (code !== 0) process.exitCode = 1;
  return code === 0;
}

try {
  if (await run(INSTALL, folder)) {
    await cp(HERE, join(folder, 'bench'), { recursive: true });
    await run(join(folder, 'bench/run.mjs'), ...process.argv.slice(2));
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
