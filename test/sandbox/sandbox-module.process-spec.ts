import { spawnSync } from 'node:child_process';
import { ScheduleModule } from '@nestjs/schedule';
import { Test } from '@nestjs/testing';
import {
  getPhoenixTokenServiceToken,
  PhoenixIframeService,
  PhoenixModule,
  PhoenixTokenService,
} from '../../src/phoenix/index.js';
import { PhoenixSandbox, PhoenixSandboxModule } from '../../src/sandbox/index.js';
import { InstalledPackage } from '../support/installed-package.js';

const REAL_ACCOUNT = {
  clientId: 'the-real-account',
  clientSecret: 'the-real-secret',
  tokenUrl: 'https://phoenix.invalid/oauth/token',
};

async function startHost() {
  const testing = await Test.createTestingModule({
    imports: [
      ScheduleModule.forRoot(),
      PhoenixModule.forRoot({ ...REAL_ACCOUNT, apiKeys: ['a-key-of-the-host-0123456789'] }),
      PhoenixModule.forRoot({ ...REAL_ACCOUNT, name: 'eu', controller: false, health: false }),
      PhoenixSandboxModule.forRoot({ clientId: 'the-test-account' }),
    ],
  }).compile();
  return testing.init();
}

const FAILING_BOOT = `
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { PhoenixModule } from 'nestjs-phoenix';
import { PhoenixSandboxModule } from 'nestjs-phoenix/sandbox';
const imports = [PhoenixSandboxModule.forRoot(), PhoenixModule.forRoot({ guards: [] })];
const boot = NestFactory.createApplicationContext({ module: class {}, imports }, { abortOnError: false });
await boot.catch((error) => console.log(error.message));
`;

describe('PhoenixSandboxModule', () => {
  let host: Awaited<ReturnType<typeof startHost>>;

  beforeEach(async () => {
    host = await startHost();
  });
  afterEach(() => host.close());

  it('stands in for the vendor in every registration', async () => {
    const sandbox = host.get(PhoenixSandbox);
    const named = host.get<PhoenixTokenService>(getPhoenixTokenServiceToken('eu'));
    const tokens = [
      await host.get(PhoenixTokenService).getAccessToken(),
      await named.getAccessToken(),
    ];
    expect(new Set(tokens)).toEqual(new Set(sandbox.issuedTokens));
    expect(sandbox.issuedTokens).toHaveLength(2);
    const { url } = await host
      .get(PhoenixIframeService)
      .create({ address: '0x52908400098527886E0F7030069857D2E4169EE7', amount: '10' });
    expect(url).toContain(sandbox.iframeUrl);
  });

  it('opens no store of the host', async () => {
    const store = {
      open: () => {
        throw new Error('The store of production was opened.');
      },
    };
    const testing = await Test.createTestingModule({
      imports: [
        ScheduleModule.forRoot(),
        PhoenixModule.forRoot({ ...REAL_ACCOUNT, store, controller: false }),
        PhoenixSandboxModule.forRoot(),
      ],
    }).compile();
    const app = await testing.init();
    expect(await app.get(PhoenixTokenService).getAccessToken()).toBe(
      app.get(PhoenixSandbox).issuedTokens[0],
    );
    await app.close();
  });

  it('does not hide that the options are none at all', async () => {
    const boot = Test.createTestingModule({
      imports: [
        ScheduleModule.forRoot(),
        PhoenixModule.forRootAsync({ useFactory: () => undefined as never, controller: false }),
        PhoenixSandboxModule.forRoot(),
      ],
    }).compile();
    await expect(boot).rejects.toThrow('options is missing');
  });

  it('goes on when the secret of the sandbox is rotated', async () => {
    const service = host.get(PhoenixTokenService);
    const first = await service.getAccessToken();
    host.get(PhoenixSandbox).rotateSecret('another-secret-of-the-sandbox');
    expect((await service.refresh()).value).not.toBe(first);
  });

  it('lets the vendor fail on demand', async () => {
    host.get(PhoenixSandbox).setFault({ kind: 'status', status: 403 });
    await expect(host.get(PhoenixTokenService).refresh()).rejects.toMatchObject({
      code: 'request_rejected',
    });
  });

  it('says that it is there, and lets a process end whose boot fails', () => {
    using installed = new InstalledPackage();
    const { status, stdout } = spawnSync(
      process.execPath,
      ['--input-type=module', '--eval', FAILING_BOOT],
      { cwd: installed.folder, encoding: 'utf8', timeout: 20_000 },
    );
    expect(stdout).toContain('A sandbox stands in for Phoenix');
    expect(stdout).toContain('guard');
    expect(status).toBe(0);
  });

  it('closes with the application', async () => {
    const { tokenUrl } = host.get(PhoenixSandbox);
    await host.close();
    await expect(fetch(tokenUrl)).rejects.toThrow();
  });
});
