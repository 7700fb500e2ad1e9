import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const BUILT = fileURLToPath(new URL('../../dist/', import.meta.url));

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A built program of ours in a process of its own, with nothing but the given environment. */
export class ServiceProcess implements AsyncDisposable {
  stdout = '';
  stderr = '';
  readonly exited: Promise<Exit>;
  readonly #child: ChildProcessWithoutNullStreams;

  constructor(program: string, environment: Readonly<Record<string, string>>, cwd?: string) {
    if (!existsSync(BUILT + program)) {
      throw new Error(`dist/${program} is missing. Run npm run build before the tests.`);
    }
    this.#child = spawn(process.execPath, [BUILT + program], {
      env: { PATH: process.env.PATH, ...environment },
      ...(cwd !== undefined && { cwd }),
    });
    this.#child.stdout.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()));
    this.#child.stderr.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.exited = new Promise((resolve) => {
      this.#child.once('close', (code, signal) => {
        resolve({ code, signal });
      });
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Lines of the log, which the service writes as JSON. */
  get log(): Record<string, unknown>[] {
    return this.stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** Resolves with the first match in what was printed; rejects when the process ends without one. */
  async printed(pattern: RegExp): Promise<RegExpExecArray> {
    const search = (): RegExpExecArray | null => pattern.exec(this.stdout + this.stderr);
    const found = search();
    if (found !== null) return found;
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const match = search();
        if (match !== null) resolve(match);
      };
      this.#child.stdout.on('data', look);
      this.#child.stderr.on('data', look);
      void this.exited.then(({ code }) => {
        reject(
          new Error(`Ended with ${String(code)} and printed no ${String(pattern)}: ${this.stderr}`),
        );
      });
    });
  }

  signal(signal: NodeJS.Signals): Promise<Exit> {
    this.#child.kill(signal);
    return this.exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.signal('SIGKILL');
  }
}
