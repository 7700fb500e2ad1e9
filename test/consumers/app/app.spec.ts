import 'reflect-metadata';
import type { INestApplication } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test, type TestingModuleBuilder } from '@nestjs/testing';
import { PhoenixTokenService } from 'nestjs-phoenix';
import type { PhoenixSandbox } from 'nestjs-phoenix/sandbox';
import { AppModule } from './app.module.js';
import { CheckoutService } from './checkout.service.js';
import { PartnerGuard } from './partners.module.js';
import { startVendor } from './vendor.js';

describe.each(['express', 'fastify'])('the application of a partner on %s', (platform) => {
  let sandbox: PhoenixSandbox;
  let app: INestApplication;

  const start = async (alter: (builder: TestingModuleBuilder) => TestingModuleBuilder) => {
    const testing = await alter(Test.createTestingModule({ imports: [AppModule] })).compile();
    app =
      platform === 'fastify'
        ? testing.createNestApplication(new FastifyAdapter())
        : testing.createNestApplication();
    await app.listen(0, '127.0.0.1');
    return app;
  };
  const getToken = async (headers: Record<string, string> = {}) =>
    fetch(`${await app.getUrl()}/phoenix/token`, { headers });

  beforeAll(async () => {
    sandbox = await startVendor();
  });
  afterEach(() => app.close());
  afterAll(() => sandbox.close());

  it('admits whom its own guard admits', async () => {
    await start((builder) => builder);
    expect((await getToken()).status).toBe(403);
    expect((await getToken({ 'X-Partner': 'alice' })).status).toBe(200);
  });

  it('replaces its guard in a test', async () => {
    await start((builder) =>
      builder.overrideGuard(PartnerGuard).useValue({ canActivate: () => true }),
    );
    expect((await getToken()).status).toBe(200);
  });

  it('replaces the token service in a test', async () => {
    await start((builder) =>
      builder
        .overrideProvider(PhoenixTokenService)
        .useValue({ getAccessToken: () => Promise.resolve('four') }),
    );
    expect(await app.get(CheckoutService).tokenLength()).toBe(4);
  });
});
