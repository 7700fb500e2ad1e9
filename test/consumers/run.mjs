// @ts-check
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { command, FIRST, floorOf, INSTALLS } from './installs.mjs';
import { START_LIMIT_MS, step } from './steps.mjs';

// Packs the package, installs it into applications as the README says, and runs their tests.
//
//   npm run test:consumers                      the newest versions, by npm
//   npm run test:consumers -- --all             all package managers and versions, before a release
//   npm run test:consumers -- --only pnpm       those whose names contain it
//   npm run test:consumers -- --node 24         on one version of Node.js only

const HERE = fileURLToPath(new URL('.', import.meta.url));
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PLATFORMS = ['express', 'fastify'];

/** How each package manager is called, as npm has it. */
const MANAGERS = {
  npm: ['npm'],
  pnpm: ['npx', '--yes', 'pnpm'],
  yarn: ['npx', '--yes', '--package', '@yarnpkg/cli-dist', 'yarn'],
};

/** What Nest loads only where an application has it. */
const LEFT_OUT = [
  '@fastify/static',
  '@fastify/view',
  '@mikro-orm/core',
  '@nestjs/microservices',
  '@nestjs/mongoose',
  '@nestjs/sequelize',
  '@nestjs/typeorm',
  '@nestjs/websockets',
  'class-transformer',
  'class-validator',
];

const { values: flags } = parseArgs({
  options: {
    all: { type: 'boolean', default: false },
    only: { type: 'string' },
    node: { type: 'string', multiple: true, default: ['20', '22', '24', '26'] },
  },
});

function chosen() {
  const { all, only } = flags;
  if (only !== undefined) return INSTALLS.filter(({ name }) => name.includes(only));
  return INSTALLS.filter(({ name }) => all || FIRST.includes(name));
}

/**
 * @param {string} folder
 * @returns {Promise<Record<string, any>>}
 */
async function manifestIn(folder) {
  return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
}

/**
 * The application without the package, with what it asks for in the versions that are wanted.
 *
 * @param {string} folder
 * @param {import('./installs.mjs').Install} install
 */
async function prepare(folder, { host, versions, pinned }) {
  await cp(join(HERE, host), folder, { recursive: true });
  await cp(join(HERE, 'app'), join(folder, 'src'), { recursive: true });
  const manifest = await manifestIn(folder);
  Object.assign(manifest.dependencies, pinned);
  for (const names of versions === 'floors' ? ['dependencies', 'devDependencies'] : []) {
    for (const name of Object.keys(manifest[names])) {
      manifest[names][name] = floorOf(name, host) ?? manifest[names][name];
    }
  }
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  // Yarn takes a folder without one for a part of the next project above.
  await writeFile(join(folder, 'yarn.lock'), '');
}

/** @param {import('./installs.mjs').Install} install */
function installation({ host, manager, versions }) {
  const [, ...words] = command(host, manager).split(' ');
  const packages = words.map((word) => {
    const [, name = ''] = /^(@?[^@]+)@\d+$/.exec(word) ?? [];
    const floor = versions === 'floors' ? floorOf(name, host) : undefined;
    return floor === undefined ? word : `${name}@${floor}`;
  });
  return [...MANAGERS[manager], ...packages];
}

/**
 * The application as one file.
 *
 * @param {string} folder
 */
async function bundle(folder) {
  const external = LEFT_OUT.map((name) => `--external:${name}`);
  const options = ['--bundle', '--platform=node', '--format=cjs', '--outfile=bundle.cjs'];
  await step(folder, ['node_modules/.bin/esbuild', 'dist/node10/main.js', ...options, ...external]);
}

/**
 * @param {string} work
 * @param {import('./installs.mjs').Install} install
 * @param {readonly string[]} nodes
 */
async function check(work, install, nodes) {
  const folder = join(work, install.name);
  await prepare(folder, install);
  await step(folder, installation(install));
  await step(folder, ['npm', 'run', 'build']);
  if (install.bundled) await bundle(folder);
  const { build, ...scripts } = (await manifestIn(folder)).scripts;
  for (const node of nodes) {
    for (const [name, script] of Object.entries(scripts)) {
      const arguments_ = script.split(' ').slice(1);
      const isStart = name.startsWith('start');
      for (const platform of isStart ? PLATFORMS : []) {
        await step(folder, [node, ...arguments_, platform], START_LIMIT_MS);
      }
      if (!isStart) await step(folder, [node, ...arguments_]);
    }
    for (const platform of install.bundled ? PLATFORMS : []) {
      await step(folder, [node, 'bundle.cjs', platform, 'bundled'], START_LIMIT_MS);
    }
  }
  await rm(folder, { recursive: true });
}

const work = await mkdtemp(join(tmpdir(), 'nestjs-phoenix-consumers-'));
try {
  await step(ROOT, ['node', 'scripts/ensure-built.mjs']);
  await mkdir(join(work, 'nestjs-phoenix'));
  await step(ROOT, ['npm', 'pack', './lib', '--pack-destination', join(work, 'nestjs-phoenix')]);
  const nodes = [];
  for (const version of flags.node) {
    const tellPath = ['npx', '--yes', `node@${version}`, '-p', 'process.execPath'];
    nodes.push((await step(work, tellPath)).trim());
  }
  for (const install of chosen()) await check(work, install, nodes);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  await rm(work, { recursive: true, force: true });
}
