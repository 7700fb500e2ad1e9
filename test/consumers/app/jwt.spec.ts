import 'reflect-metadata';
import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { PhoenixSandbox } from 'nestjs-phoenix/sandbox';
import { AppModule } from './app.module.js';
import { signJwt } from './jwt.js';
import { startVendor } from './vendor.js';

describe('the JWT guard in a test of a partner', () => {
  let sandbox: PhoenixSandbox;
  let app: INestApplication;

  beforeAll(async () => {
    sandbox = await startVendor();
    app = (
      await Test.createTestingModule({ imports: [AppModule] }).compile()
    ).createNestApplication();
    await app.listen(0, '127.0.0.1');
  });
  afterAll(async () => {
    await app.close();
    await sandbox.close();
  });

  it.each([
    [60, 200],
    [-60, 401],
  ])('answers a JWT that lives %s s with %s', async (lifetimeSeconds, status) => {
    const headers = { Authorization: `Bearer ${signJwt(lifetimeSeconds)}` };
    const reply = await fetch(`${await app.getUrl()}/phoenix-for-users/token`, { headers });
    expect(reply.status).toBe(status);
  });
});
