import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { PhoenixSandbox } from '../../src/sandbox/index.js';
import { InstalledPackage } from '../support/installed-package.js';
import { LeakNet } from './leak-net.js';

const SCRIPT = `
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { ScheduleModule } from '@nestjs/schedule';
import { PhoenixModule, PhoenixTokenService } from 'nestjs-phoenix';

const options = { ...JSON.parse(process.env.OPTIONS), controller: false, health: false };
class Script {}
const root = { module: Script, imports: [ScheduleModule.forRoot(), PhoenixModule.forRoot(options)] };
const app = await NestFactory.createApplicationContext(root, { logger: false });
console.log(await app.get(PhoenixTokenService).getAccessToken());
await app.close();
`;

describe('NODE_DEBUG', () => {
  let installed: InstalledPackage;

  beforeAll(() => {
    installed = new InstalledPackage();
  });
  afterAll(() => {
    installed[Symbol.dispose]();
  });

  it.each(['basic', 'body'])('prints no credentials that travel as %s', async (authentication) => {
    await using sandbox = await PhoenixSandbox.start({
      clientId: 'partner',
      clientSecret: 'a secret: of + ü',
    });
    const { tokenUrl, clientId, clientSecret } = sandbox;
    const options = { tokenUrl, clientId, clientSecret, clientAuthentication: authentication };
    const child = spawn(process.execPath, ['--input-type=module', '--eval', SCRIPT], {
      cwd: installed.folder,
      env: { ...process.env, NODE_DEBUG: 'http', OPTIONS: JSON.stringify(options) },
    });
    const [token, debug] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'exit'),
    ]);

    expect(token).toMatch(/^\S+\n$/);
    expect(debug).toContain('HTTP ');
    const net = new LeakNet()
      .guard('the secret', clientSecret)
      .guard('the token', token.trim())
      .guard('the Basic credential', basicCredential(clientId, clientSecret));
    net.collect('stderr', debug);
    expect(net.leaks).toEqual([]);
  });
});

/** RFC 6749 §2.3.1 */
function basicCredential(...parts: readonly string[]): string {
  const encoded = parts.map((part) => new URLSearchParams([['', part]]).toString().slice(1));
  return Buffer.from(encoded.join(':')).toString('base64');
}
