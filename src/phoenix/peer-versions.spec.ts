import { readFileSync } from 'node:fs';
import { checkPeerVersions, OLDEST_PEERS } from './peer-versions.js';

const MANIFEST = new URL('../../package.json', import.meta.url);

describe('The packages beside the library', () => {
  it('are those that package.json names', () => {
    const { peerDependencies } = JSON.parse(readFileSync(MANIFEST, 'utf8')) as {
      peerDependencies: Record<string, string>;
    };
    const declared = Object.entries(peerDependencies)
      .filter(([name]) => name.startsWith('@nestjs/') && !name.includes('platform'))
      .map(([name, range]) => [name, Number.parseInt(range.slice(1))]);
    expect(OLDEST_PEERS).toEqual(Object.fromEntries(declared));
  });

  it('are recent enough here', () => {
    expect(() => {
      checkPeerVersions();
    }).not.toThrow();
  });

  it('may be later than any we know, or hide their version', () => {
    const versions: Record<string, string> = { '@nestjs/core': '99.0.0-beta.1' };
    expect(() => {
      checkPeerVersions((name) => versions[name]);
    }).not.toThrow();
  });

  it('are named when they are too old, with what to do', () => {
    const versions: Record<string, string> = {
      '@nestjs/core': '10.4.22',
      '@nestjs/axios': '4.0.1',
      '@nestjs/terminus': '10.3.0',
    };
    let refusal: unknown;
    try {
      checkPeerVersions((name) => versions[name]);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toMatchObject({
      code: 'outdated_peer',
      message:
        'PhoenixModule cannot start, because packages beside it are too old: ' +
        '@nestjs/core 10.4.22 (11 or later is needed), @nestjs/terminus 10.3.0 (11 or later is needed). ' +
        'Update them together: npm install @nestjs/core@11 @nestjs/terminus@11',
    });
  });
});
