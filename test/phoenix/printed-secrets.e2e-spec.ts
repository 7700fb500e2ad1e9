import { format } from 'node:util';
import { Injectable, Module, type INestApplication } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { ModulesContainer, NestFactory } from '@nestjs/core';
import { ScheduleModule } from '@nestjs/schedule';
import { phoenixConfig, PhoenixModule, type PhoenixOptions } from '../../src/phoenix/index.js';
import { RedisTokenStore } from '../../src/phoenix/redis/index.js';
import { instancesIn, textsWithin } from '../support/texts-within.js';
import { LeakNet } from './leak-net.js';

const SECRET = 'client secret of the partner';
const API_KEY = 'an api key of the partner';
const JWT_SECRET = 'a jwt secret of thirty-two bytes or more';
const REDIS_PASSWORD = 'password-of-redis';
const ENCRYPTION_KEY = Buffer.alloc(32, 'k').toString('base64');

const options = (): PhoenixOptions => ({
  clientId: 'partner',
  clientSecret: SECRET,
  tokenUrl: 'http://127.0.0.1:9/oauth/token',
  apiKeys: [API_KEY],
  jwt: { secret: JWT_SECRET, audience: 'checkout' },
  eager: false,
  store: new RedisTokenStore({
    url: `redis://:${REDIS_PASSWORD}@127.0.0.1:9`,
    encryptionKeys: [{ id: 'one', key: ENCRYPTION_KEY }],
  }),
});

const VARIABLES = {
  PHOENIX_CLIENT_ID: 'partner',
  PHOENIX_CLIENT_SECRET: SECRET,
  PHOENIX_TOKEN_URL: 'http://127.0.0.1:9/oauth/token',
  PHOENIX_API_KEYS: API_KEY,
  PHOENIX_JWT_SECRET: JWT_SECRET,
  PHOENIX_JWT_AUDIENCE: 'checkout',
  PHOENIX_EAGER: 'false',
};

@Injectable()
class Factory {
  create(): PhoenixOptions {
    return options();
  }
}

function leaksIn(...values: unknown[]): string[] {
  const net = new LeakNet()
    .guard('the client secret', SECRET)
    .guard('the API key', API_KEY)
    .guard('the JWT secret', JWT_SECRET)
    .guard('the password of Redis', REDIS_PASSWORD)
    .guard('the encryption key', ENCRYPTION_KEY);
  net.collect('the graph', textsWithin(...values).join('\n'));
  net.collect('format', format('%o', values.at(-1)));
  return net.leaks;
}

@Module({})
class Root {}

describe('What the module provides', () => {
  const start = async (
    module: ReturnType<typeof PhoenixModule.forRoot>,
  ): Promise<INestApplication> => {
    const imports = [ScheduleModule.forRoot(), module];
    const app = await NestFactory.create({ module: Root, imports }, { logger: false });
    await app.init();
    return app;
  };

  it.each([
    ['forRoot', () => PhoenixModule.forRoot({ ...options() })],
    ['a factory', () => PhoenixModule.forRootAsync({ useFactory: options })],
    ['a class', () => PhoenixModule.forRootAsync({ useClass: Factory })],
  ])('prints no secret that %s was given', async (_, register) => {
    const module = register();
    const app = await start(module);
    await app.close();
    const modules = app.get(ModulesContainer);
    expect(leaksIn(app, instancesIn(modules), modules, module)).toEqual([]);
  });

  it('prints no secret of the environment in the configuration', async () => {
    Object.assign(process.env, VARIABLES);
    const app = await start(PhoenixModule.forRootAsync(phoenixConfig.asProvider()));
    const config = app.get(ConfigService, { strict: false });
    const values: unknown[] = [app, config, config.get('phoenix'), ConfigModule, phoenixConfig()];
    await app.close();
    for (const name of Object.keys(VARIABLES)) Reflect.deleteProperty(process.env, name);
    expect(leaksIn(...values)).toEqual([]);
    expect(JSON.stringify(values.slice(2))).not.toContain(SECRET);
  });
});
