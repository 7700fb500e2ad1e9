import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const INSTALL = fileURLToPath(new URL('../../scripts/install-package.mjs', import.meta.url));

/** A folder of its own in which the packed package is installed, for scripts that import it by name. */
export class InstalledPackage implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'nestjs-phoenix-installed-'));

  constructor() {
    execFileSync(process.execPath, [INSTALL, this.folder]);
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
