import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ConsoleLogger, type INestApplication } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { ExpressAdapter } from '@nestjs/platform-express';
import { Test, type TestingModuleBuilder } from '@nestjs/testing';
import { PhoenixSandbox, PhoenixSandboxModule } from 'nestjs-phoenix/sandbox';
import request, { type Response } from 'supertest';
import { AppModule } from './app.module.js';
import { AuthService, type Customer } from './auth/auth.service.js';
import { configureApp } from './configure-app.js';

export const ALICE: Customer = {
  id: 'alice',
  wallet: '0x52908400098527886E0F7030069857D2E4169EE7',
};

/** Tests provoke errors, and read them in the replies. */
const QUIET = new ConsoleLogger({ logLevels: ['fatal'] });

/** The shop with a sandbox in Phoenix's place, listening on a free port. */
export class RunningShop {
  private constructor(
    readonly app: INestApplication,
    readonly sandbox: PhoenixSandbox,
  ) {}

  static async start({
    platform = 'express',
    defaultVersion,
    alter = (builder) => builder,
  }: {
    platform?: 'express' | 'fastify';
    defaultVersion?: string | undefined;
    alter?: (builder: TestingModuleBuilder) => TestingModuleBuilder;
  } = {}): Promise<RunningShop> {
    const builder = Test.createTestingModule({
      imports: [AppModule, PhoenixSandboxModule.forRoot()],
    });
    const testing = await alter(builder.setLogger(QUIET)).compile();
    const adapter = platform === 'fastify' ? new FastifyAdapter() : new ExpressAdapter();
    const app = testing.createNestApplication(adapter);
    configureApp(app, defaultVersion === undefined ? {} : { defaultVersion });
    await app.listen(0, '127.0.0.1');
    return new RunningShop(app, app.get(PhoenixSandbox));
  }

  /** As a customer who is signed in. */
  async get(path: string): Promise<Response> {
    const session = await this.sessionOf(ALICE);
    return request(await this.app.getUrl())
      .get(path)
      .auth(session, { type: 'bearer' });
  }

  async getAsNobody(path: string): Promise<Response> {
    return request(await this.app.getUrl()).get(path);
  }

  async post(path: string, body: object): Promise<Response> {
    const session = await this.sessionOf(ALICE);
    return request(await this.app.getUrl())
      .post(path)
      .auth(session, { type: 'bearer' })
      .send(body);
  }

  async close(): Promise<void> {
    await this.app.close();
  }

  private sessionOf(customer: Customer): Promise<string> {
    return this.app.get(AuthService).signIn(customer);
  }
}

/** A warehouse for the shop's HTTP client to talk to. */
export async function startWarehouse(): Promise<{ url: string; close(): void }> {
  const server = createServer((_, reply) => {
    reply.setHeader('Content-Type', 'application/json').end('{"pieces":7}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, close: () => void server.close() };
}
