// @ts-check
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';

const run = promisify(execFile);

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

/**
 * A step that has to fail, and to say why.
 *
 * @param {string} cwd
 * @param {readonly RegExp[]} reasons what the output must tell
 * @param {string[]} command
 */
async function refusal(cwd, reasons, ...command) {
  const [program = '', ...args] = command;
  const name = `${cwd.split('/').at(-1)}: ${command.join(' ')}`;
  const output = await run(program, args, { cwd, env, timeout: STEP_LIMIT_MS }).then(
    () => undefined,
    (/** @type {{ stdout: string, stderr: string }} */ { stdout, stderr }) => stdout + stderr,
  );
  if (output === undefined) throw new Error(`${name} was to fail.`);
  const untold = reasons.find((reason) => !reason.test(output));
  if (untold !== undefined) throw new Error(`${name} does not tell ${untold}:\n${output}`);
  process.stdout.write(`ok    ${name} (refused)\n`);
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

/**
 * What npm and Node.js say to users with a Nest too old, or with a peer missing; README explains both.
 *
 * @param {string} work
 * @param {string} tarball
 */
async function checkRefusals(work, tarball) {
  const old = join(work, 'nest-10');
  await mkdir(old);
  await writeFile(join(old, 'package.json'), '{ "dependencies": { "@nestjs/common": "^10.0.0" } }');
  const peerRange = /peer @nestjs\/\w+@"\^11\.0\.0 \|\| \^12\.0\.0" from nestjs-phoenix/;
  await refusal(old, [/ERESOLVE/, peerRange], 'npm', 'install', '--no-package-lock', tarball);

  const without = { 'nest-11-commonjs': '@nestjs/terminus', 'nest-12-esm': 'ioredis' };
  for (const [consumer, peer] of Object.entries(without)) {
    const folder = join(work, consumer);
    await rm(join(folder, 'node_modules', peer), { recursive: true });
    const [, start = ''] = (await scriptsOf(folder)).find(([name]) => name === 'start') ?? [];
    const [, ...args] = start.split(' ');
    const reasons = [new RegExp(`Cannot find (package|module) '${peer}'`), /nestjs-phoenix/];
    await refusal(folder, reasons, process.execPath, ...args);
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
  const tarball = join(work, filename);
  for (const consumer of CONSUMERS) await check(work, consumer, tarball);
  await checkRefusals(work, tarball);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  await rm(work, { recursive: true, force: true });
}
