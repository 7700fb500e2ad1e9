import 'reflect-metadata';
import { inspect } from 'node:util';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { createApp } from '../../dist/create-app.js';
import { PhoenixTokenService } from '../../dist/phoenix/index.js';
import { textsWithin } from '../support/texts-within.js';

const app = await createApp({ ignoreEnvFile: true });
await app.init();
const token = await app.get(PhoenixTokenService, { strict: false }).getAccessToken();
const texts = textsWithin(app, ConfigModule);
const configuration = app.get(ConfigService, { strict: false });
texts.push(inspect(configuration, { depth: Infinity, showHidden: true, getters: true }));
process.stdout.write(JSON.stringify({ token, texts }));
await app.close();
