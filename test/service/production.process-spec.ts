import {
  execFileSync,
  spawn,
  spawnSync,
  type ChildProcessWithoutNullStreams,
} from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PhoenixSandbox } from '../../src/sandbox/index.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const DOCKERFILE = readFileSync(`${ROOT}Dockerfile`, 'utf8').replaceAll('\\\n', ' ');
const STAGES = DOCKERFILE.split(/^(?=FROM )/m).slice(1);
const API_KEY = 'a-key-of-the-production-test';
/** An installation, even on a busy machine. */
const INSTALLATION_LIMIT_MS = 600_000;
const LARGEST_NODE_MODULES_BYTES = 100 * 1024 * 1024;

/** Nobody, where we are root and could become somebody else. */
const UNPRIVILEGED = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

/** The rest of each line of the Dockerfile's stage that begins with a word. */
function lines(stage: string | undefined, word: string): string[] {
  return [...(stage ?? '').matchAll(new RegExp(`^${word} (.*)$`, 'gm'))].map(([, rest = '']) =>
    rest.trim(),
  );
}

/** What is on a machine that runs the service: what was built, and what it runs on; nothing can be written. */
class ProductionTree implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'phoenix-production-'));
  #service: ChildProcessWithoutNullStreams | undefined;

  /** @param steps shell commands that install the packages */
  constructor(steps: readonly string[]) {
    for (const name of ['package.json', 'package-lock.json', 'dist']) {
      cpSync(ROOT + name, join(this.folder, name), { recursive: true });
    }
    const env = { ...process.env, NODE_OPTIONS: '', npm_config_prefer_offline: 'true' };
    for (const step of steps)
      execFileSync('sh', ['-c', step], { cwd: this.folder, env, stdio: 'pipe' });
    chmodSync(this.folder, 0o555);
  }

  /** Starts the service; resolves with its address. */
  async start(command: readonly string[], environment: Record<string, string>): Promise<string> {
    const [program = '', ...args] = command;
    const service = spawn(program, args, {
      ...UNPRIVILEGED,
      cwd: this.folder,
      // A group, so that what npm started ends, too.
      detached: true,
      env: { PATH: process.env.PATH, HOME: '/nonexistent', PORT: '0', ...environment },
    });
    this.#service = service;
    let output = '';
    return new Promise((resolve, reject) => {
      const look = (chunk: Buffer): void => {
        output += chunk.toString();
        const [, port] = /Listening on port (\d+)/.exec(output) ?? [];
        if (port !== undefined) resolve(`http://127.0.0.1:${port}`);
      };
      service.stdout.on('data', look);
      service.stderr.on('data', look);
      service.once('exit', () => {
        reject(new Error(`It ended: ${output}`));
      });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { pid, exitCode } = this.#service ?? {};
    if (this.#service !== undefined && pid !== undefined && exitCode === null) {
      const exited = once(this.#service, 'exit');
      process.kill(-pid, 'SIGKILL');
      await exited;
    }
    chmodSync(this.folder, 0o755);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function environmentFor(sandbox: PhoenixSandbox): Record<string, string> {
  return {
    NODE_ENV: 'production',
    PHOENIX_CLIENT_ID: sandbox.clientId,
    PHOENIX_CLIENT_SECRET: sandbox.clientSecret,
    PHOENIX_TOKEN_URL: sandbox.tokenUrl,
    PHOENIX_API_KEYS: API_KEY,
  };
}

async function statusOf(url: string): Promise<number> {
  return (await fetch(url, { headers: { 'X-API-Key': API_KEY } })).status;
}

function bytesBelow(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => statSync(join(folder, name)))
    .reduce((sum, entry) => sum + (entry.isFile() ? entry.size : 0), 0);
}

describe('A machine with what was built', () => {
  it(
    'serves after npm ci --omit=dev && npm start, for a user who can write nothing',
    async () => {
      await using sandbox = await PhoenixSandbox.start();
      await using tree = new ProductionTree(['npm ci --omit=dev --no-audit --no-fund']);
      const environment = { ...environmentFor(sandbox), PHOENIX_DOCS: 'true' };
      const address = await tree.start(['npm', 'start'], environment);
      expect(await statusOf(`${address}/phoenix/token`)).toBe(200);
      expect(await statusOf(`${address}/docs`)).toBe(200);
    },
    INSTALLATION_LIMIT_MS,
  );
});

describe('The Dockerfile', () => {
  const image = STAGES.at(-1);
  const packages = STAGES.find((stage) => stage.includes('AS packages'));
  const [user] = lines(image, 'USER');
  const [, healthCheck = '[]'] = /^HEALTHCHECK .*?CMD (.*)$/m.exec(image ?? '') ?? [];

  it('names one version of Node.js, that of a slim image, which the library supports', () => {
    const [, major] = /^ARG NODE_IMAGE=node:(\d+)\.\d+\.\d+-slim$/m.exec(DOCKERFILE) ?? [];
    expect(['22', '24', '26']).toContain(major);
    expect(STAGES.map((stage) => lines(stage, 'FROM')[0]?.split(' ')[0])).toEqual(
      STAGES.map(() => '${NODE_IMAGE}'),
    );
  });

  it('labels the image with the version of the service, and runs it as a user without rights', () => {
    const { version } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as {
      version: string;
    };
    expect(image).toContain(`org.opencontainers.image.version="${version}"`);
    expect(user).toBe('node');
  });

  it(
    'makes an image of at most 100 MB of packages, which serves, and is healthy while Phoenix is away',
    async () => {
      await using sandbox = await PhoenixSandbox.start();
      sandbox.setFault({ kind: 'status', status: 503 });
      await using tree = new ProductionTree(lines(packages, 'RUN'));
      const bytes = bytesBelow(join(tree.folder, 'node_modules'));
      expect(bytes).toBeGreaterThan(10 * 1024 * 1024);
      expect(bytes).toBeLessThanOrEqual(LARGEST_NODE_MODULES_BYTES);

      const command = JSON.parse(lines(image, 'CMD')[0] ?? '') as string[];
      const address = await tree.start(command, environmentFor(sandbox));
      expect(await statusOf(`${address}/health/ready`)).toBe(503);
      expect(healthOf(new URL(address).port)).toBe(0);
    },
    INSTALLATION_LIMIT_MS,
  );

  it('calls a container sick that does not answer', () => {
    expect(healthOf('1')).toBe(1);
  });

  function healthOf(port: string): number | null {
    const [program = '', ...args] = JSON.parse(healthCheck) as string[];
    return spawnSync(program, args, { env: { PATH: process.env.PATH, PORT: port } }).status;
  }
});
