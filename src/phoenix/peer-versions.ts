import { createRequire } from 'node:module';
import { PhoenixError } from './phoenix-error.js';

/** The oldest version of each package beside the library that will do, as `peerDependencies` has it. */
export type OldestVersions = Readonly<Record<string, string>>;

export const OLDEST_PEERS: OldestVersions = {
  '@nestjs/common': '11.0',
  '@nestjs/core': '11.0',
  '@nestjs/axios': '4.0',
  '@nestjs/config': '4.0',
  '@nestjs/schedule': '6.0',
  '@nestjs/swagger': '11.0',
  '@nestjs/terminus': '11.0',
  axios: '1.19',
  rxjs: '7.8',
};

/** What only `nestjs-phoenix/redis` needs. */
export const OLDEST_REDIS_PEERS: OldestVersions = { ioredis: '5.4' };

/**
 * A package manager may leave it at a warning when a peer is too old.
 *
 * @param versionOf the installed version; undefined when it cannot be told
 * @throws {PhoenixError} `outdated_peer`, which names every one
 */
export function checkPeerVersions(oldest = OLDEST_PEERS, versionOf = installedVersion): void {
  const outdated = Object.entries(oldest).flatMap(([name, needed]) => {
    const found = versionOf(name);
    return found === undefined || !isOlder(found, needed) ? [] : [{ name, found, needed }];
  });
  if (outdated.length === 0) return;
  const findings = outdated.map(
    ({ name, found, needed }) => `${name} ${found} (${needed} or later is needed)`,
  );
  const updates = outdated.map(({ name, needed }) => `${name}@^${needed}`);
  throw new PhoenixError(
    'outdated_peer',
    `PhoenixModule cannot start, because packages beside it are too old: ${findings.join(', ')}. ` +
      `Update them together: npm install ${updates.join(' ')}`,
  );
}

function isOlder(version: string, needed: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [neededMajor = 0, neededMinor = 0] = needed.split('.').map(Number);
  return major < neededMajor || (major === neededMajor && minor < neededMinor);
}

/** Not every package shows its manifest, and a bundled application has none, nor an address of its own. */
function installedVersion(name: string): string | undefined {
  try {
    const load = createRequire(import.meta.url);
    return (load(`${name}/package.json`) as { version: string }).version;
  } catch {
    return undefined;
  }
}
