import { createRequire } from 'node:module';
import { PhoenixError } from './phoenix-error.js';

/** The oldest major version of each Nest package that will do, as `peerDependencies` has it. */
export const OLDEST_PEERS: Readonly<Record<string, number>> = {
  '@nestjs/common': 11,
  '@nestjs/core': 11,
  '@nestjs/axios': 4,
  '@nestjs/config': 4,
  '@nestjs/schedule': 6,
  '@nestjs/swagger': 11,
  '@nestjs/terminus': 11,
};

/**
 * A package manager may leave it at a warning when a peer is too old.
 *
 * @param versionOf the installed version; undefined when it cannot be told
 * @throws {PhoenixError} `outdated_peer`, which names every one
 */
export function checkPeerVersions(versionOf = installedVersion): void {
  const outdated = Object.entries(OLDEST_PEERS).flatMap(([name, oldest]) => {
    const version = versionOf(name);
    return version === undefined || Number.parseInt(version) >= oldest
      ? []
      : [
          {
            found: `${name} ${version} (${oldest} or later is needed)`,
            remedy: `${name}@${oldest}`,
          },
        ];
  });
  if (outdated.length === 0) return;
  throw new PhoenixError(
    'outdated_peer',
    `PhoenixModule cannot start, because packages beside it are too old: ${outdated.map(({ found }) => found).join(', ')}. ` +
      `Update them together: npm install ${outdated.map(({ remedy }) => remedy).join(' ')}`,
  );
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
