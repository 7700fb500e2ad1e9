import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('../../scripts/ensure-built.mjs', import.meta.url));

/** A build that counts itself, and fails where its source says so. */
const BUILD = `
const { appendFileSync, mkdirSync, readFileSync } = require('node:fs');
appendFileSync('builds', 'x');
if (readFileSync('src/a.ts', 'utf8') === 'broken') process.exit(7);
for (const folder of ['dist', 'lib']) mkdirSync(folder, { recursive: true });
`;

describe('scripts/ensure-built.mjs', () => {
  let project: string;

  beforeEach(() => {
    project = mkdtempSync(join(tmpdir(), 'phoenix-build-'));
    mkdirSync(join(project, 'src'));
    write('src/a.ts', '1');
    write('build.cjs', BUILD);
    const scripts = { build: 'node build.cjs', postbuild: `node ${SCRIPT} --stamp` };
    write('package.json', JSON.stringify({ scripts }));
  });
  afterEach(() => {
    rmSync(project, { recursive: true });
  });

  const write = (file: string, content: string) => {
    writeFileSync(join(project, file), content);
  };
  const builds = () => readFileSync(join(project, 'builds'), 'utf8').length;
  const ensureBuilt = () =>
    spawnSync(process.execPath, [SCRIPT], { cwd: project, encoding: 'utf8' });

  it('builds once, says so, and not again until a source changes', () => {
    expect(ensureBuilt().stderr).toContain('Building');
    write('src/a.spec.ts', 'a test');
    expect(ensureBuilt().stderr).toBe('');
    expect(builds()).toBe(1);

    write('src/b.ts', '1');
    ensureBuilt();
    expect(builds()).toBe(2);
  });

  it('builds what is gone; fails with the build, and tries again', () => {
    for (const folder of ['dist', 'lib']) mkdirSync(join(project, folder));
    write('src/a.ts', 'broken');
    expect(ensureBuilt().status).toBe(7);
    write('src/a.ts', '1');
    expect(ensureBuilt().status).toBe(0);
    rmSync(join(project, 'lib'), { recursive: true });
    expect(ensureBuilt().status).toBe(0);
    expect(builds()).toBe(3);
  });
});
