import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';

/** A self-signed certificate for this machine, in files that last as long as the object. */
export class Certificate implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'certificate-'));
  readonly certificateFile = join(this.#folder, 'certificate.pem');
  readonly keyFile = join(this.#folder, 'key.pem');

  private constructor(
    readonly text: string,
    key: string,
  ) {
    writeFileSync(this.certificateFile, text);
    writeFileSync(this.keyFile, key, { mode: 0o600 });
  }

  static async create(): Promise<Certificate> {
    const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
    });
    return new Certificate(cert, key);
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true });
  }
}
