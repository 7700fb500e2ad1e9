import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { PhoenixSandbox } from '../../src/sandbox/index.js';
import { InstalledPackage } from '../support/installed-package.js';

const SCRIPT = `
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { ScheduleModule } from '@nestjs/schedule';
import { PhoenixModule, PhoenixTokenService } from 'nestjs-phoenix';

const [tokenUrl, clientId, clientSecret, failFast] = process.argv.slice(1);
const options = { tokenUrl, clientId, clientSecret, failFast: failFast === 'true', controller: false };
class Script {}
const root = { module: Script, imports: [ScheduleModule.forRoot(), PhoenixModule.forRoot(options)] };

async function main() {
  const app = await NestFactory.createApplicationContext(root, { logger: false, abortOnError: false });
  console.log('token of', (await app.get(PhoenixTokenService).getAccessToken()).length);
  await app.close();
}

main().catch((error) => console.log(error.code));
`;

let installed: InstalledPackage;

beforeAll(() => {
  installed = new InstalledPackage();
});
afterAll(() => {
  installed[Symbol.dispose]();
});

/** A process in which nothing but the token is waited for. */
async function run(...args: string[]): Promise<string> {
  const script = ['--input-type=module', '--eval', SCRIPT, ...args];
  const child = spawn(process.execPath, script, { cwd: installed.folder, timeout: 20_000 });
  const [output] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  return output;
}

describe.each(['true', 'false'])('A process without a server (failFast: %s)', (failFast) => {
  it('stays until a token comes that needs another attempt', async () => {
    await using sandbox = await PhoenixSandbox.start();
    sandbox.setFault({ kind: 'status', status: 503, times: 1 });
    const { tokenUrl, clientId, clientSecret } = sandbox;
    expect(await run(tokenUrl, clientId, clientSecret, failFast)).toMatch(/^token of \d+\n$/);
    expect(sandbox.stats().tokenRequests.total).toBe(2);
  });

  it('stays until it is clear that none can be had, and is told', async () => {
    const sandbox = await PhoenixSandbox.start();
    const { tokenUrl, clientId, clientSecret } = sandbox;
    await sandbox.close();
    expect(await run(tokenUrl, clientId, clientSecret, failFast)).toBe('network_error\n');
  });
});
