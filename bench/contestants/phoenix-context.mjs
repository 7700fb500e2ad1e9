// @ts-check
import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { NestFactory } from '@nestjs/core';
import { ScheduleModule } from '@nestjs/schedule';
import { PhoenixModule, PhoenixTokenService } from 'nestjs-phoenix';
import { RedisTokenStore } from 'nestjs-phoenix/redis';

const ENCRYPTION_KEYS = [{ id: 'bench', key: randomBytes(32).toString('base64') }];

/**
 * The token service of an application without routes, and without a token so far.
 *
 * @param {{ tokenUrl: string, clientId: string }} vendor
 * @param {{ redisUrl?: string | undefined } & Partial<import('nestjs-phoenix').PhoenixOptions>} [options]
 */
export async function startPhoenix({ tokenUrl, clientId }, { redisUrl, ...options } = {}) {
  class Host {}
  const app = await NestFactory.createApplicationContext(
    {
      module: Host,
      imports: [
        ScheduleModule.forRoot(),
        PhoenixModule.forRoot({
          tokenUrl,
          clientId,
          clientSecret: 'bench',
          eager: false,
          controller: false,
          health: false,
          ...(redisUrl !== undefined && {
            store: new RedisTokenStore({ url: redisUrl, encryptionKeys: ENCRYPTION_KEYS }),
          }),
          ...options,
        }),
      ],
    },
    { logger: false },
  );
  const tokens = app.get(PhoenixTokenService, { strict: false });
  return { getAccessToken: () => tokens.getAccessToken(), close: () => app.close() };
}
