import 'reflect-metadata';
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import * as imported from 'nestjs-phoenix';
import type { PhoenixMessage } from 'nestjs-phoenix/browser';
import { RedisTokenStore } from 'nestjs-phoenix/redis';
import { AppModule } from './app.module.js';
import { CheckoutService } from './checkout.service.js';
import { signJwt } from './jwt.js';
import { startVendor } from './vendor.js';

/** What a page gets; types only. */
export type Receipt = Extract<PhoenixMessage, { type: 'ORDER_CREATED' }>;

/** A process that imports the package and requires it has one copy of it. */
async function checkCopies(): Promise<void> {
  const required = createRequire(join(process.cwd(), 'package.json'))(
    'nestjs-phoenix',
  ) as typeof imported;
  for (const { PhoenixModule } of [await import('nestjs-phoenix'), required]) {
    assert.equal(PhoenixModule, imported.PhoenixModule, 'one copy only');
  }
}

/** The whole life of an application; afterwards the process has to end by itself. */
async function main(platform?: string, packaging?: string): Promise<void> {
  if (packaging !== 'bundled') await checkCopies();
  assert.equal(typeof RedisTokenStore, 'function');

  const sandbox = await startVendor();
  const options = { logger: ['fatal'] as 'fatal'[] };
  const app =
    platform === 'fastify'
      ? await NestFactory.create(AppModule, new FastifyAdapter(), options)
      : await NestFactory.create(AppModule, options);
  const document = SwaggerModule.createDocument(app, new DocumentBuilder().build());
  assert.ok(document.paths['/phoenix/token'], 'the document names the route');
  assert.ok(document.components?.schemas?.PhoenixTokenDto, 'the document names the reply');

  await app.listen(0, '127.0.0.1');
  const url = `${await app.getUrl()}/phoenix/token`;
  const refusal = await fetch(url);
  assert.equal(refusal.status, 403);
  const reply = await fetch(url, { headers: { 'X-Partner': 'alice' } });
  assert.equal(reply.status, 200);
  const { access_token: accessToken } = (await reply.json()) as { access_token: string };
  assert.equal(await app.get(CheckoutService).tokenLength(), accessToken.length);
  assert.equal(sandbox.stats().tokenRequests.total, 1);

  const users = `${await app.getUrl()}/phoenix-for-users/token`;
  for (const [lifetimeSeconds, status] of [
    [60, 200],
    [-60, 401],
  ]) {
    const headers = { Authorization: `Bearer ${signJwt(lifetimeSeconds)}` };
    assert.equal((await fetch(users, { headers })).status, status);
  }

  const ready = await fetch(`${await app.getUrl()}/phoenix/health/ready`);
  assert.equal(ready.status, 200);
  sandbox.setFault({ kind: 'status', status: 403 });
  await assert.rejects(app.get(imported.PhoenixTokenService).refresh(), {
    code: 'request_rejected',
  });
  const impaired = await fetch(`${await app.getUrl()}/phoenix/health`);
  assert.equal(impaired.status, 200);
  assert.match(await impaired.text(), /"degraded"/);

  await app.close();
  await sandbox.close();
  process.stdout.write(`${platform ?? 'express'}: ok\n`);
}

main(...process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
