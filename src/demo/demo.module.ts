import { Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { phoenixConfig } from '../phoenix/index.js';
import { SessionController } from './session.controller.js';

/** The shop around the service: only in the demo. */
@Module({ imports: [ConfigModule.forFeature(phoenixConfig)], controllers: [SessionController] })
export class DemoModule {}
