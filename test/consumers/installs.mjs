// @ts-check
import { readFileSync } from 'node:fs';

// What the consumers install, which is what the README says, and where it is used.

/** @param {string} path */
const manifestAt = (path) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));

const { version } = manifestAt('../../package.json');
/** @type {{ peerDependencies: Record<string, string> }} */
const { peerDependencies } = manifestAt('../../src/phoenix/package.json');

/** Where the README's command finds the package, seen from an application. */
const TARBALL = `../nestjs-phoenix/nestjs-phoenix-${version}.tgz`;

/** Beside the package, by the major version of Nest. */
const BESIDE = {
  'nest-12': ['axios@12', 'config@12', 'schedule@12', 'swagger@12', 'terminus@12'],
  'nest-11': ['axios@4', 'config@4', 'schedule@6', 'swagger@11', 'terminus@11'],
};

/**
 * The README's command, as a package manager has it.
 *
 * @param {Host} host
 * @param {Manager} manager
 */
export function command(host, manager) {
  const beside = [...BESIDE[host].map((name) => `@nestjs/${name}`), 'axios@1'].join(' ');
  return {
    npm: `npm install ${TARBALL} ${beside}`,
    pnpm: `pnpm add ${TARBALL} ${beside}`,
    yarn: `yarn add nestjs-phoenix@file:${TARBALL} ${beside}`,
  }[manager];
}

/**
 * @typedef {'nest-11' | 'nest-12'} Host
 * @typedef {'npm' | 'pnpm' | 'yarn'} Manager
 * @typedef {'newest' | 'floors'} Versions
 *
 * @typedef {object} Install one application into which the package is installed
 * @property {string} name
 * @property {Host} host
 * @property {Manager} manager
 * @property {Versions} versions
 * @property {Record<string, string>} [pinned] what the application has in a version of its own choice
 * @property {boolean} [bundled] whether it runs as one file, made by esbuild, too
 */

/** @type {readonly Host[]} */
const HOSTS = ['nest-11', 'nest-12'];
/** @type {readonly Manager[]} */
const MANAGERS = ['npm', 'pnpm', 'yarn'];
/** @type {readonly Versions[]} */
const VERSIONS = ['newest', 'floors'];

/** @type {readonly Install[]} */
export const INSTALLS = [
  ...MANAGERS.flatMap((manager) =>
    VERSIONS.flatMap((versions) =>
      HOSTS.map((host) => ({
        name: `${host}-${manager}-${versions}`,
        host,
        manager,
        versions,
        bundled: host === 'nest-11' && manager === 'npm' && versions === 'newest',
      })),
    ),
  ),
  {
    name: 'nest-11-with-an-older-swagger',
    host: 'nest-11',
    manager: 'npm',
    versions: 'newest',
    pinned: { '@nestjs/swagger': '11.0.3' },
  },
];

/** What every check of the repository runs; the others are for a release. */
export const FIRST = ['nest-11-npm-newest', 'nest-12-npm-newest'];

/** Versions that Nest publishes together with its core. */
const TOGETHER_WITH_CORE = /^@nestjs\/(platform-\w+|testing)$/;

/**
 * The lowest version of a package with which the library works.
 *
 * @param {string} name
 * @param {Host} host
 * @returns {string | undefined} undefined when the library does not ask for the package
 */
export function floorOf(name, host) {
  const ranges =
    peerDependencies[TOGETHER_WITH_CORE.test(name) ? '@nestjs/core' : name]?.split(' || ');
  const range = host === 'nest-11' ? ranges?.at(0) : ranges?.at(-1);
  return range?.replace('^', '');
}
