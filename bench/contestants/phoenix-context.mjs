// @ts-check
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { ScheduleModule } from '@nestjs/schedule';
import { PhoenixModule, PhoenixTokenService } from 'nestjs-phoenix';

/**
 * The token service of an application without routes, and without a token so far.
 *
 * @param {{ tokenUrl: string, clientId: string }} vendor
 */
export async function startPhoenix({ tokenUrl, clientId }) {
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
        }),
      ],
    },
    { logger: false },
  );
  const tokens = app.get(PhoenixTokenService, { strict: false });
  return { getAccessToken: () => tokens.getAccessToken(), close: () => app.close() };
}
