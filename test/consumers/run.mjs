// @ts-check
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';

const run = promisify(execFile);

const HERE = fileURLToPath(new URL('.', import.meta.url));
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const CONSUMERS = ['nest-11-commonjs', 'nest-12-esm'];
const PLATFORMS = ['express', 'fastify'];

/** A step that lasts longer hangs: a handle is open, or an install waits for nobody. */
const STEP_LIMIT_MS = 240_000;

const { values: flags } = parseArgs({
  options: { node: { type: 'string', multiple: true, default: ['20', '22', '24'] } },
});

/**
 * @param {string} cwd
 * @param {string[]} command
 */
async function step(cwd, ...command) {
  const [program = '', ...args] = command;
  const startedMs = performance.now();
  const name = `${cwd.split('/').at(-1)}: ${command.join(' ')}`;
  try {
    const env = {
      ...process.env,
      NODE_OPTIONS: '',
      npm_config_audit: 'false',
      npm_config_fund: 'false',
    };
    const { stdout } = await run(program, args, { cwd, env, timeout: STEP_LIMIT_MS });
    const seconds = Math.round((performance.now() - startedMs) / 1000);
    process.stdout.write(`ok    ${name} (${seconds} s)\n`);
    return stdout;
  } catch (error) {
    const { stdout = '', stderr = '', killed } = /** @type {any} */ (error);
    const cause = killed ? `It did not end within ${STEP_LIMIT_MS / 1000} s.\n` : '';
    process.stderr.write(`FAIL  ${name}\n${cause}${stdout}${stderr}`);
    throw new Error(`${name} failed.`);
  }
}

/** @param {string} folder */
async function scriptsOf(folder) {
  /** @type {{ scripts: Record<string, string> }} */
  const { scripts } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  return Object.entries(scripts).filter(([name]) => name !== 'build');
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
  await step(folder, 'npm', 'install', '--no-package-lock');
  await step(folder, 'npm', 'install', '--no-package-lock', '--no-save', tarball);
  await step(folder, 'npm', 'run', 'build');
  for (const version of flags.node) {
    for (const [name, script] of await scriptsOf(folder)) {
      const [, ...args] = script.split(' ');
      const command = ['npx', '--yes', `node@${version}`, ...args];
      if (!name.startsWith('start')) await step(folder, ...command);
      else for (const platform of PLATFORMS) await step(folder, ...command, platform);
    }
  }
}

const work = await mkdtemp(join(tmpdir(), 'nestjs-phoenix-consumers-'));
try {
  await step(ROOT, 'npm', 'run', 'build');
  const packed = await step(
    ROOT,
    'npm',
    'pack',
    '--ignore-scripts',
    '--json',
    '--pack-destination',
    work,
  );
  const [{ filename }] = JSON.parse(packed);
  for (const consumer of CONSUMERS) await check(work, consumer, join(work, filename));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  await rm(work, { recursive: true, force: true });
}
