import 'reflect-metadata';
import { inspect } from 'node:util';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { ModulesContainer } from '@nestjs/core';
import { createApp } from '../../dist/create-app.js';
import { PhoenixTokenService } from '../../dist/phoenix/index.js';
import { instancesIn, textsWithin } from '../support/texts-within.js';

const app = await createApp({ ignoreEnvFile: true });
await app.init();
const token = await app.get(PhoenixTokenService, { strict: false }).getAccessToken();
const texts = textsWithin(app, ConfigModule, instancesIn(app.get(ModulesContainer)));
const configuration = app.get(ConfigService, { strict: false });
texts.push(inspect(configuration, { depth: Infinity, showHidden: true, getters: true }));
process.stdout.write(JSON.stringify({ token, texts }));
await app.close();
