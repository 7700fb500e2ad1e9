import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

type Targets = Readonly<Record<string, unknown>>;

interface Manifest {
  readonly main: string;
  readonly types: string;
  readonly exports: Targets;
  readonly typesVersions: Targets;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional?: boolean }>>;
}

interface SourceMap {
  readonly sources: readonly string[];
  readonly sourcesContent: readonly string[];
}

const manifest = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as Manifest;
const OPTIONAL_PEERS = Object.keys(manifest.peerDependenciesMeta).filter(
  (name) => manifest.peerDependenciesMeta[name]?.optional,
);

function filesIn(targets: unknown): string[] {
  return typeof targets === 'string'
    ? [targets]
    : Object.values(targets as Targets).flatMap(filesIn);
}

const { main, types, exports, typesVersions } = manifest;
const TARGETS = [...new Set(filesIn([main, types, exports, typesVersions]))];

function importsOf(file: string): string[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(file, 'utf8'), true, true);
  return importedFiles.map(({ fileName }) => fileName);
}

/** `@scope/name` of `@scope/name/path`. */
function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

function linesOf(file: string): string[] {
  return readFileSync(ROOT + file, 'utf8').split('\n');
}

function isForeign(specifier: string): boolean {
  return !specifier.startsWith('.') && !isBuiltin(specifier);
}

/** Everything that loading this file loads: files of ours, and packages. */
function loadedBy(entry: string): { files: string[]; packages: string[] } {
  const files = new Set<string>();
  const packages = new Set<string>();
  const visit = (file: string): void => {
    if (files.has(file)) return;
    files.add(file);
    for (const specifier of importsOf(file)) {
      if (specifier.startsWith('.')) visit(resolve(dirname(file), specifier));
      else if (isForeign(specifier)) packages.add(packageOf(specifier));
    }
  };
  visit(resolve(ROOT, entry));
  return { files: [...files].map((file) => relative(ROOT, file)), packages: [...packages] };
}

const SOURCES = ['src/phoenix', 'src/sandbox'].flatMap((folder) =>
  readdirSync(ROOT + folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
    .map((file) => `${ROOT}${folder}/${file}`),
);

describe('package.json', () => {
  it('declares every package that the library imports, and no other', () => {
    const imported = new Set(SOURCES.flatMap(importsOf).filter(isForeign).map(packageOf));
    const declared = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
    const neededByNest = ['reflect-metadata'];
    const neededByTheCompiler = ['tslib'];
    expect([...imported, ...neededByNest, ...neededByTheCompiler].sort()).toEqual(declared.sort());
  });

  it.each(TARGETS)('names %s, which exists', (target) => {
    expect(existsSync(ROOT + target)).toBe(true);
  });
});

describe.each(['lib/esm', 'lib/cjs'])('the build in %s', (folder) => {
  it('loads neither Redis nor the sandbox nor an optional peer', () => {
    const { files, packages } = loadedBy(`${folder}/index.js`);
    expect(files).not.toContain(`${folder}/redis.js`);
    expect(files).not.toContain(`${folder}/sandbox.js`);
    expect(packages).toContain('@nestjs/common');
    expect(packages.filter((name) => OPTIONAL_PEERS.includes(name))).toEqual([]);
  });

  it('keeps what two entry points need in one place', () => {
    const { files } = loadedBy(`${folder}/redis.js`);
    expect(files.join()).toContain(`${folder}/shared-`);
    expect(files).not.toContain(`${folder}/index.js`);
  });

  it('imports every peer in the file whose name tells what to do when it is missing', () => {
    const files = readdirSync(ROOT + folder, { recursive: true, encoding: 'utf8' });
    const imports = files
      .filter((file) => file.endsWith('.js'))
      .flatMap((file) => importsOf(`${ROOT}${folder}/${file}`).map((name) => [name, file] as const))
      .filter(([name]) => packageOf(name) in manifest.peerDependencies);
    expect(imports.length).toBeGreaterThan(0);
    expect(imports.map(([, file]) => file)).toEqual(
      imports.map(([name]) => `npm-install-missing-peer/${name}.js`),
    );
  });

  it('has no code of its own but a copy of what only ES modules could load', () => {
    const files = readdirSync(ROOT + folder).filter((file) => file.endsWith('.js'));
    const large = files.filter((file) => statSync(`${ROOT}${folder}/${file}`).size > 4_000);
    expect(large).toEqual(folder === 'lib/esm' ? [] : ['jose.js']);
  });

  it('loads jose as a package only where ES modules can be loaded', () => {
    expect(loadedBy(`${folder}/index.js`).packages.includes('jose')).toBe(folder === 'lib/esm');
  });
});

describe('the code that both builds share', () => {
  const files = readdirSync(`${ROOT}lib/body`).filter((file) => file.endsWith('.js'));

  it.each(files)('imports nothing by itself in %s, so that each module system can', (file) => {
    expect(importsOf(`${ROOT}lib/body/${file}`)).toEqual([]);
  });

  it.each(files)('comes in %s with all the TypeScript that it was made of', (file) => {
    const map = JSON.parse(readFileSync(`${ROOT}lib/body/${file}.map`, 'utf8')) as SourceMap;
    const sources = map.sources.map((path) => resolve(`${ROOT}lib/body`, path));
    expect(sources.length).toBeGreaterThan(0);
    expect(map.sourcesContent).toEqual(sources.map((path) => readFileSync(path, 'utf8')));
  });

  it('leads stack traces to the TypeScript', () => {
    const code = "import { PhoenixModule } from 'nestjs-phoenix'; new PhoenixModule();";
    const node = ['--enable-source-maps', '--input-type=module', '--eval', code];
    const { stderr } = spawnSync(process.execPath, node, { cwd: ROOT, encoding: 'utf8' });
    const line = 1 + linesOf('src/phoenix/phoenix.module.ts').indexOf('  return new PhoenixError(');
    expect(stderr).toContain(`src/phoenix/phoenix.module.ts:${line}:`);
  });
});

describe('the declarations', () => {
  const files = TARGETS.filter((target) => target.endsWith('.d.ts')).map((file) => ROOT + file);

  it('hold for users whose compiler checks those of libraries, too', () => {
    const program = ts.createProgram(files, {
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      skipLibCheck: false,
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      types: ['node'],
    });
    const ours = program
      .getSourceFiles()
      .filter(
        ({ fileName }) => /\/lib\/(esm|cjs)\//.test(fileName) && !fileName.includes('node_modules'),
      );
    const problems = ours.flatMap((file) => program.getSemanticDiagnostics(file));

    expect(ours.length).toBeGreaterThanOrEqual(3);
    expect(
      problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' ')),
    ).toEqual([]);
  });
});

describe('the package', () => {
  const [packed] = JSON.parse(
    execFileSync('npm', ['pack', '--dry-run', '--ignore-scripts', '--json'], {
      cwd: ROOT,
      encoding: 'utf8',
    }),
  ) as [{ files: { path: string; size: number }[] }];

  it('holds what users need, and nothing else', () => {
    const paths = packed.files.map(({ path }) => path);
    const code = [
      /^lib\/(esm|cjs)\/([\w.-]+\.(js|d\.ts)|npm-install-missing-peer\/[\w@/-]+\.js)$/,
      /^lib\/body\/[\w.-]+\.js(\.map)?$/,
    ];
    const others = paths.filter((path) => !code.some((pattern) => pattern.test(path)));
    expect(others.sort()).toEqual([
      'LICENSE',
      'README.md',
      'lib/body/package.json',
      'lib/cjs/THIRD-PARTY-LICENSES.md',
      'lib/cjs/package.json',
      'lib/esm/package.json',
      'package.json',
    ]);
  });

  it('holds the licence of what it copies', () => {
    const licences = readFileSync(`${ROOT}lib/cjs/THIRD-PARTY-LICENSES.md`, 'utf8');
    expect(licences).toMatch(/^# jose\n[^]*The MIT License[^]*Filip Skokan/);
  });

  it('is under 250 kB without the source maps', () => {
    const sizes = packed.files.filter(({ path }) => !path.endsWith('.map')).map(({ size }) => size);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(250_000);
  });
});
