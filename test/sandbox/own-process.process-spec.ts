import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

describe('A sandbox in a process of its own', () => {
  it('makes a logger of levels, which is its own', () => {
    const { stdout, stderr } = runInProcess(`
      import { Logger } from '@nestjs/common';
      const quiet = await PhoenixSandbox.start({ logger: ['error'] });
      const sandbox = await PhoenixSandbox.start({ logger: ['log'] });
      new Logger('Host').verbose('of the host');
      await Promise.all([quiet.close(), sandbox.close()]);
    `);
    expect(stderr).toBe('');
    expect(stdout).toContain('[PhoenixSandbox] ');
    expect(stdout.match(/The sandbox listens on http:..127.0.0.1:/g)).toHaveLength(1);
    expect(stdout).toContain('of the host');
  });

  it('keeps no process alive when it is not to, though connections are open and replies delayed', () => {
    const { status, signal } = runInProcess(`
      const sandbox = await PhoenixSandbox.start();
      await fetch(sandbox.iframeUrl);
      sandbox.unref();
      await fetch(sandbox.iframeUrl);
      sandbox.setFault({ kind: 'token', delayMs: 600_000 });
      const left = AbortSignal.timeout(100);
      await fetch(sandbox.tokenUrl, { method: 'POST', signal: left }).catch(() => undefined);
    `);
    expect({ status, signal }).toEqual({ status: 0, signal: null });
  });
});

function runInProcess(code: string) {
  const script = `import { PhoenixSandbox } from './dist/sandbox/index.js';\n${code}`;
  return spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: fileURLToPath(new URL('../../', import.meta.url)),
    encoding: 'utf8',
    timeout: 20_000,
  });
}
