import { spawnSync } from 'node:child_process';
import { InstalledPackage } from '../support/installed-package.js';
import { describeWithRedis, RedisServer } from '../support/redis-server.js';

const SCRIPT = `
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { ScheduleModule } from '@nestjs/schedule';
import { PhoenixModule, PhoenixTokenService } from 'nestjs-phoenix';
import { RedisTokenStore } from 'nestjs-phoenix/redis';

class Script {}
const store = new RedisTokenStore({ url: process.argv[1], encryptionKeys: 'none' });
const options = { clientId: 'a', clientSecret: 'b', eager: false, controller: false, store };
const imports = [ScheduleModule.forRoot(), PhoenixModule.forRoot(options)];
const app = await NestFactory.createApplicationContext({ module: Script, imports }, { logger: false });
while (app.get(PhoenixTokenService).status().sharing.available === false) {
  await new Promise((resolve) => setTimeout(resolve, 10));
}
console.log('connected');
`;

describeWithRedis('a process that forgets to close its application', () => {
  it('ends all the same, for connections alone do not keep it', async () => {
    using installed = new InstalledPackage();
    await using redis = await RedisServer.start();
    const script = ['--input-type=module', '--eval', SCRIPT, redis.url];
    const { stdout, status } = spawnSync(process.execPath, script, {
      cwd: installed.folder,
      encoding: 'utf8',
      timeout: 20_000,
    });
    expect(stdout).toMatch(/connected\n$/);
    expect(status).toBe(0);
  });
});
