// @ts-check
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';

/**
 * A Nest application with nothing in it but what is to be measured.
 *
 * @param {string | undefined} platform `express` or `fastify`
 * @param {Omit<import('@nestjs/common').DynamicModule, 'module'>} parts
 */
export async function createNestHost(platform, parts) {
  class Host {}
  const root = { module: Host, ...parts };
  if (platform === 'express') return NestFactory.create(root, { logger: false });
  const { FastifyAdapter } = await import('@nestjs/platform-fastify');
  return NestFactory.create(root, new FastifyAdapter(), { logger: false });
}
