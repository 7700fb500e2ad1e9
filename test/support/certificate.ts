import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A self-signed certificate for this machine, in files that last as long as the object. */
export class Certificate implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'certificate-'));
  readonly certificateFile = join(this.#folder, 'certificate.pem');
  readonly keyFile = join(this.#folder, 'key.pem');

  constructor() {
    const files = ['-keyout', this.keyFile, '-out', this.certificateFile];
    const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    execFileSync('openssl', ['req', ...kind, '-days', '1', ...files, ...name], { stdio: 'ignore' });
  }

  get text(): string {
    return readFileSync(this.certificateFile, 'utf8');
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true });
  }
}
