import { readFileSync } from 'node:fs';
import { checkPeerVersions, OLDEST_PEERS, OLDEST_REDIS_PEERS } from './peer-versions.js';

const MANIFEST = new URL('../../package.json', import.meta.url);

describe('The packages beside the library', () => {
  it('are those that package.json names', () => {
    const { peerDependencies } = JSON.parse(readFileSync(MANIFEST, 'utf8')) as {
      peerDependencies: Record<string, string>;
    };
    // Those of the sandbox are for tests only; the last one does not show its version.
    const { fastify, '@nestjs/platform-fastify': adapter, ...others } = peerDependencies;
    const { 'reflect-metadata': metadata, ...declared } = others;
    const oldest = Object.entries(declared).map(([name, range]) => [
      name,
      /^\^(\d+\.\d+)/.exec(range)?.[1],
    ]);
    expect([fastify, adapter, metadata]).not.toContain(undefined);
    expect({ ...OLDEST_PEERS, ...OLDEST_REDIS_PEERS }).toEqual(Object.fromEntries(oldest));
  });

  it('are recent enough here', () => {
    expect(() => {
      checkPeerVersions();
    }).not.toThrow();
  });

  it('may be later than any we know, or hide their version', () => {
    const versions: Record<string, string> = {
      '@nestjs/core': '99.0.0-beta.1',
      axios: '1.19.0',
      rxjs: '8.0.0',
    };
    expect(() => {
      checkPeerVersions(OLDEST_PEERS, (name) => versions[name]);
    }).not.toThrow();
  });

  it('are named when they are too old, with what to do', () => {
    const versions: Record<string, string> = {
      '@nestjs/core': '10.4.22',
      '@nestjs/axios': '4.0.1',
      '@nestjs/terminus': '10.3.0',
      axios: '1.9.0',
    };
    let refusal: unknown;
    try {
      checkPeerVersions(OLDEST_PEERS, (name) => versions[name]);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toMatchObject({
      code: 'outdated_peer',
      message:
        'PhoenixModule cannot start, because packages beside it are too old: ' +
        '@nestjs/core 10.4.22 (11.0 or later is needed), @nestjs/terminus 10.3.0 (11.0 or later is needed), ' +
        'axios 1.9.0 (1.19 or later is needed). Update them together: ' +
        'npm install @nestjs/core@^11.0 @nestjs/terminus@^11.0 axios@^1.19',
    });
  });
});
