import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

type Ranges = Readonly<Record<string, string>>;

interface Manifest {
  readonly name: string;
  readonly private: boolean;
  readonly type: string;
  readonly engines: Ranges;
  readonly scripts?: Ranges;
  readonly version?: string;
  readonly dependencies: Ranges;
  readonly devDependencies: Ranges;
  readonly peerDependencies: Ranges;
}

const manifestAt = (path: string) =>
  JSON.parse(readFileSync(`${ROOT}${path}/package.json`, 'utf8')) as Manifest;
const service = manifestAt('.');
const library = manifestAt('src/phoenix');

/** Imports of packages in all code below some folders, by the file they stand in. */
function importsBelow(folders: readonly string[], wanted: (file: string) => boolean) {
  const files = folders.flatMap((folder) =>
    readdirSync(ROOT + folder, { recursive: true, encoding: 'utf8' }).map(
      (file) => `${folder}/${file}`,
    ),
  );
  return files
    .filter((file) => /\.(ts|js|mjs|cjs)$/.test(file) && !file.includes('node_modules'))
    .filter(wanted)
    .flatMap((file) => {
      const { importedFiles } = ts.preProcessFile(readFileSync(ROOT + file, 'utf8'), true, true);
      return importedFiles.map(({ fileName }) => ({ file, name: packageOf(fileName) }));
    })
    .filter(({ name }) => !name.startsWith('.') && !isBuiltin(name) && name !== library.name);
}

/** `@scope/name` of `@scope/name/path`. */
function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

const namesOf = (imports: readonly { name: string }[]) => [
  ...new Set(imports.map(({ name }) => name)),
];
const isSpec = (file: string) => file.endsWith('.spec.ts');

describe('The manifest of the library', () => {
  it('declares every package that its sources import, and no other', () => {
    const imported = namesOf(importsBelow(['lib/src'], () => true));
    const declared = Object.keys({ ...library.dependencies, ...library.peerDependencies });
    const neededByNest = ['reflect-metadata'];
    const neededByTheCompiler = ['tslib'];
    expect([...imported, ...neededByNest, ...neededByTheCompiler].sort()).toEqual(declared.sort());
  });

  it('is a source: without version, scripts or tools, and not to be published by accident', () => {
    expect(library).toMatchObject({ name: 'nestjs-phoenix', type: 'module', private: true });
    expect(library).not.toHaveProperty('version');
    expect(library).not.toHaveProperty('scripts');
    expect(library).not.toHaveProperty('devDependencies');
  });
});

describe('The manifest of the service', () => {
  it('has what the service runs on as dependencies, and nothing else', () => {
    const imported = namesOf(importsBelow(['src'], (file) => !isSpec(file)));
    const neededByTheCompiler = ['tslib'];
    const neededBySwagger = ['@fastify/static'];
    const running = [...imported, ...neededByTheCompiler, ...neededBySwagger];
    expect(running.sort()).toEqual(Object.keys(service.dependencies).sort());
  });

  it('declares what tests, examples and scripts import', () => {
    const declared = Object.keys({ ...service.dependencies, ...service.devDependencies });
    const folders = ['src', 'test', 'examples', 'bench', 'scripts', 'api'];
    const undeclared = importsBelow(folders, (file) => !file.startsWith('test/consumers/')).filter(
      ({ name }) => !declared.includes(name),
    );
    expect(undeclared).toEqual([]);
  });

  it('names itself, and needs the same Node.js as the library', () => {
    expect(service).toMatchObject({ private: true, engines: library.engines });
    expect(service.name).not.toBe(library.name);
  });

  it('is tested with what users of the library get', () => {
    const ranges: Ranges = { ...service.devDependencies, ...service.dependencies };
    const { dependencies, peerDependencies } = library;
    const own = Object.keys(dependencies).map((name) => [name, ranges[name]]);
    expect(Object.fromEntries(own)).toEqual(dependencies);
    const outside = Object.entries(peerDependencies).filter(
      ([name, range]) => !allows(range, ranges[name] ?? ''),
    );
    expect(outside).toEqual([]);
  });

  it('refuses to be packed, and says what is', () => {
    const { status, stderr } = spawnSync('npm', ['pack', '--dry-run'], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect(status).not.toBe(0);
    expect(stderr).toContain('npm pack ./lib');
  });
});

/** Whether all that `^1.2.3` admits is admitted by one of the alternatives. */
function allows(alternatives: string, range: string): boolean {
  const [major = NaN, minor = NaN, patch = NaN] = versionIn(range);
  return alternatives.split(' || ').some((alternative) => {
    const [floorMajor, floorMinor = NaN, floorPatch = NaN] = versionIn(alternative);
    const highEnough = minor > floorMinor || (minor === floorMinor && patch >= floorPatch);
    return major === floorMajor && highEnough;
  });
}

function versionIn(range: string): number[] {
  return (/^\^(\d+)\.(\d+)\.(\d+)$/.exec(range) ?? []).slice(1).map(Number);
}
