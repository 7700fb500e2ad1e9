import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { InstalledPackage } from '../support/installed-package.js';

const LIBRARY = fileURLToPath(new URL('../../lib/', import.meta.url));
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

interface Manifest {
  readonly version: string;
  readonly main: string;
  readonly types: string;
  readonly exports: unknown;
  readonly typesVersions: unknown;
  readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional?: boolean }>>;
}

interface SourceMap {
  readonly sources: readonly string[];
}

const manifest = JSON.parse(readFileSync(`${LIBRARY}package.json`, 'utf8')) as Manifest;
const OPTIONAL_PEERS = Object.keys(manifest.peerDependenciesMeta);
const FILES = readdirSync(LIBRARY, { recursive: true, encoding: 'utf8', withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map(({ parentPath, name }) => relative(LIBRARY, join(parentPath, name)));
const SOURCES = FILES.filter((file) => file.startsWith('src/')).map((file) =>
  file.replace(/^src\/(.*)\.ts$/, '$1'),
);

const { main, types, exports, typesVersions } = manifest;
const TARGETS = [...new Set(filesIn([main, types, exports, typesVersions]))];

function filesIn(targets: unknown): string[] {
  return typeof targets === 'string'
    ? [targets]
    : Object.values(targets as object).flatMap(filesIn);
}

function importsOf(file: string): string[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(file, 'utf8'), true, true);
  return importedFiles.map(({ fileName }) => fileName);
}

/** `@scope/name` of `@scope/name/path`. */
function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

/** Everything that loading this file loads: files of ours, and packages. */
function loadedBy(entry: string): { files: string[]; packages: string[] } {
  const files = new Set([join(LIBRARY, entry)]);
  const packages = new Set<string>();
  for (const file of files) {
    for (const specifier of importsOf(file)) {
      if (specifier.startsWith('.')) files.add(resolve(dirname(file), specifier));
      else if (!isBuiltin(specifier)) packages.add(packageOf(specifier));
    }
  }
  return { files: [...files].map((file) => relative(LIBRARY, file)), packages: [...packages] };
}

describe('lib', () => {
  it.each(TARGETS)('has %s, which its manifest names', (target) => {
    expect(existsSync(LIBRARY + target)).toBe(true);
  });

  it('has the version of this repository', () => {
    const { version } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as Manifest;
    expect(manifest.version).toBe(version);
  });

  it('holds the sources as they are here, without tests', () => {
    expect(SOURCES).toContain('phoenix/phoenix.module');
    expect(SOURCES.filter((source) => source.endsWith('.spec'))).toEqual([]);
    const copies = SOURCES.map((source) => readFileSync(`${LIBRARY}src/${source}.ts`, 'utf8'));
    expect(copies).toEqual(
      SOURCES.map((source) => readFileSync(`${ROOT}src/${source}.ts`, 'utf8')),
    );
  });

  it('holds nothing else but one module and one declaration a source, in each module system', () => {
    const compiled = ['esm', 'cjs'].flatMap((folder) =>
      SOURCES.flatMap((source) =>
        ['js', 'js.map', 'd.ts', 'd.ts.map'].map((kind) => `${folder}/${source}.${kind}`),
      ),
    );
    const sources = SOURCES.map((source) => `src/${source}.ts`);
    const others = ['CHANGELOG.md', 'LICENSE', 'README.md', 'cjs/package.json', 'package.json'];
    expect(FILES.sort()).toEqual([...compiled, ...sources, ...others].sort());
  });

  it('is packed whole', () => {
    const pack = ['pack', './lib', '--dry-run', '--json'];
    const [packed] = JSON.parse(execFileSync('npm', pack, { cwd: ROOT, encoding: 'utf8' })) as [
      { files: { path: string }[] },
    ];
    expect(packed.files.map(({ path }) => path).sort()).toEqual(FILES.sort());
  });

  it('has maps that lead to the sources in it', () => {
    const maps = FILES.filter((file) => file.endsWith('.map'));
    const strays = maps.filter((file) => {
      const { sources } = JSON.parse(readFileSync(LIBRARY + file, 'utf8')) as SourceMap;
      const [source = '', ...more] = sources.map((path) =>
        relative(LIBRARY, resolve(LIBRARY, dirname(file), path)),
      );
      return more.length > 0 || !FILES.includes(source);
    });
    expect(maps.length).toBeGreaterThan(0);
    expect(strays).toEqual([]);
  });

  it('has links in its pages that hold outside of the repository', () => {
    const pages = ['README.md', 'CHANGELOG.md'].map((page) => readFileSync(LIBRARY + page, 'utf8'));
    const links = [...pages.join('\n').matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
    expect(links.length).toBeGreaterThan(0);
    expect(links.filter((link) => !/^(https?:|#)/.test(link))).toEqual([]);
  });
});

describe.each(['esm', 'cjs'])('lib/%s', (folder) => {
  const modules = FILES.filter((file) => file.startsWith(`${folder}/`) && file.endsWith('.js'));

  it('loads neither Redis nor the sandbox nor an optional peer with its main entry', () => {
    const { files, packages } = loadedBy(`${folder}/phoenix/index.js`);
    expect(files.filter((file) => /\/(redis|sandbox)\//.test(file))).toEqual([]);
    expect(packages).toContain('@nestjs/common');
    expect(packages.filter((name) => OPTIONAL_PEERS.includes(name))).toEqual([]);
  });

  it('needs no module of the application for the store', () => {
    const { files } = loadedBy(`${folder}/phoenix/redis/index.js`);
    expect(files).not.toContain(`${folder}/phoenix/phoenix.module.js`);
  });

  it('loads jose in one place only, and not before a JWT is there', () => {
    const texts = modules.map((file) => [file, readFileSync(LIBRARY + file, 'utf8')] as const);
    const users = texts.filter(([, text]) => /['"]jose['"]/.test(text));
    expect(users.map(([file]) => file)).toEqual([`${folder}/phoenix/http/jwt-verifier.js`]);
    expect(users[0]?.[1]).not.toMatch(/^(import|const).*['"]jose['"]/m);
  });

  it('is of one module system', () => {
    const foreign = folder === 'esm' ? /\brequire\(/ : /\bimport\(|\bimport\.meta\b|^import /m;
    const strangers = modules.filter((file) => foreign.test(readFileSync(LIBRARY + file, 'utf8')));
    expect(modules.length).toBeGreaterThan(0);
    expect(strangers).toEqual([]);
  });
});

describe('The installed package', () => {
  let installed: InstalledPackage;

  beforeAll(() => {
    installed = new InstalledPackage();
  });
  afterAll(() => {
    installed[Symbol.dispose]();
  });

  function run(...node: string[]) {
    return spawnSync(process.execPath, node, { cwd: installed.folder, encoding: 'utf8' });
  }

  const IMPORTED = "import { PhoenixModule } from 'nestjs-phoenix'; new PhoenixModule();";
  const REQUIRED = "require('./node_modules/nestjs-phoenix/cjs/phoenix/index.js').PhoenixModule";

  it.each([
    ['esm', 'module', IMPORTED],
    ['cjs', 'commonjs', `new (${REQUIRED})()`],
  ])('has stack traces that can be read: %s', (folder, type, code) => {
    const script = [`--input-type=${type}`, '--eval', code];
    expect(run(...script).stderr).toMatch(
      new RegExp(
        `at new PhoenixModule \\(.*/nestjs-phoenix/${folder}/phoenix/phoenix\\.module\\.js:\\d+`,
      ),
    );
    expect(run('--enable-source-maps', ...script).stderr).toMatch(
      /\/nestjs-phoenix\/src\/phoenix\/phoenix\.module\.ts:\d+/,
    );
  });

  it('is loaded once by a process that imports and requires it', () => {
    const code = `
      import { createRequire } from 'node:module';
      const require = createRequire(process.cwd() + '/');
      for (const entry of ['nestjs-phoenix', 'nestjs-phoenix/redis', 'nestjs-phoenix/sandbox', 'nestjs-phoenix/browser']) {
        const [imported, required] = [await import(entry), require(entry)];
        for (const name of Object.keys(imported)) {
          if (imported[name] !== required[name]) throw new Error(entry + ' has two ' + name);
        }
        console.log(entry, 'once');
      }`;
    const { stdout, stderr } = run('--no-warnings', '--input-type=module', '--eval', code);
    expect({ stdout, stderr }).toEqual({
      stdout:
        'nestjs-phoenix once\nnestjs-phoenix/redis once\nnestjs-phoenix/sandbox once\nnestjs-phoenix/browser once\n',
      stderr: '',
    });
  });
});

describe('The declarations', () => {
  it('hold for users whose compiler checks those of libraries, too', () => {
    const files = TARGETS.filter((target) => target.endsWith('.d.ts')).map((file) =>
      resolve(LIBRARY, file),
    );
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
      .filter(({ fileName }) => /\/lib\/(esm|cjs)\//.test(fileName))
      .filter(({ fileName }) => !fileName.includes('node_modules'));
    const problems = ours.flatMap((file) => program.getSemanticDiagnostics(file));
    expect(ours.length).toBeGreaterThan(files.length);
    expect(
      problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' ')),
    ).toEqual([]);
  });
});
