// @ts-check
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const CONSUMERS = ['nest-11-commonjs', 'nest-12-esm'];
const PLATFORMS = ['express', 'fastify'];

/** What npm tells us must not hang on how it was called itself. */
const env = {
  ...process.env,
  NODE_OPTIONS: '',
  npm_config_audit: 'false',
  npm_config_fund: 'false',
  npm_config_loglevel: 'warn',
};

/** Enough to install a whole application. */
const STEP_LIMIT_MS = 240_000;
/** An application that lasts longer than this does not end by itself: a handle is open. */
const START_LIMIT_MS = 20_000;

const { values: flags } = parseArgs({
  options: { node: { type: 'string', multiple: true, default: ['20', '22', '24'] } },
});

/**
 * Runs a command; one that takes too long is ended with all that it started.
 *
 * @param {string} cwd
 * @param {readonly string[]} command
 * @param {number} limitMs
 * @returns {Promise<{ ended: boolean, stdout: string, output: string }>} whether it ended by itself and well
 */
async function run(cwd, [program = '', ...args], limitMs) {
  const child = spawn(program, args, {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const timer = setTimeout(() => child.pid && process.kill(-child.pid, 'SIGKILL'), limitMs);
  const exited = once(child, 'exit');
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code, signal] = await exited;
  clearTimeout(timer);
  const cause = signal === null ? '' : `It did not end within ${limitMs / 1000} s.\n`;
  return { ended: code === 0, stdout, output: cause + stdout + stderr };
}

/**
 * A step that has to succeed.
 *
 * @param {string} cwd
 * @param {readonly string[]} command
 */
async function step(cwd, command, limitMs = STEP_LIMIT_MS) {
  const startedMs = performance.now();
  const name = `${basename(cwd)}: ${command.join(' ')}`;
  const { ended, stdout, output } = await run(cwd, command, limitMs);
  if (!ended) throw new Error(`FAIL  ${name}\n${output}`);
  const seconds = Math.round((performance.now() - startedMs) / 1000);
  process.stdout.write(`ok    ${name} (${seconds} s)\n`);
  return stdout;
}

/** @param {string} folder */
async function scriptsOf(folder) {
  /** @type {{ scripts: Record<string, string> }} */
  const { scripts } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  return scripts;
}

/**
 * Installs the packed package as a user would, and runs the consumer on every Node version.
 *
 * @param {string} work
 * @param {string} consumer
 * @param {string} tarball
 */
async function check(work, consumer, tarball) {
  const folder = join(work, consumer);
  await cp(join(HERE, consumer), folder, { recursive: true });
  await cp(join(HERE, 'app'), join(folder, 'src'), { recursive: true });
  await step(folder, ['npm', 'install', '--no-package-lock']);
  await step(folder, ['npm', 'install', '--no-package-lock', '--no-save', tarball]);
  await step(folder, ['npm', 'run', 'build']);
  for (const version of flags.node) {
    const node = ['npx', '--yes', `node@${version}`];
    await step(folder, [...node, '--version']);
    const { build, ...others } = await scriptsOf(folder);
    for (const [name, script] of Object.entries(others)) {
      const command = [...node, ...script.split(' ').slice(1)];
      if (!name.startsWith('start')) {
        await step(folder, command);
        continue;
      }
      for (const platform of PLATFORMS) {
        await step(folder, [...command, platform], START_LIMIT_MS);
      }
    }
  }
}

const work = await mkdtemp(join(tmpdir(), 'nestjs-phoenix-consumers-'));
try {
  await step(ROOT, ['node', 'scripts/ensure-built.mjs']);
  const pack = ['npm', 'pack', './lib', '--json', '--pack-destination', work];
  const packed = await step(ROOT, pack);
  const [{ filename }] = JSON.parse(packed);
  const tarball = join(work, filename);
  for (const consumer of CONSUMERS) await check(work, consumer, tarball);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  await rm(work, { recursive: true, force: true });
}
