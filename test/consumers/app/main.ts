import 'reflect-metadata';
import assert from 'node:assert/strict';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { PhoenixModule, PhoenixTokenService } from 'nestjs-phoenix';
import { RedisTokenStore } from 'nestjs-phoenix/redis';
import { AppModule } from './app.module.js';
import { CheckoutService } from './checkout.service.js';
import { startVendor } from './vendor.js';

/** The whole life of an application; afterwards the process has to end by itself. */
async function main(platform: string | undefined): Promise<void> {
  assert.equal((await import('nestjs-phoenix')).PhoenixModule, PhoenixModule, 'one copy only');
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

  const ready = await fetch(`${await app.getUrl()}/phoenix/health/ready`);
  assert.equal(ready.status, 200);
  sandbox.setFault({ kind: 'status', status: 403 });
  await assert.rejects(app.get(PhoenixTokenService).refresh(), { code: 'request_rejected' });
  const impaired = await fetch(`${await app.getUrl()}/phoenix/health`);
  assert.equal(impaired.status, 200);
  assert.match(await impaired.text(), /"degraded"/);

  await app.close();
  await sandbox.close();
  process.stdout.write(`${platform ?? 'express'}: ok\n`);
}

main(process.argv[2]).catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
