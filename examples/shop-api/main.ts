import { NestFactory } from '@nestjs/core';
import { SwaggerModule } from '@nestjs/swagger';
import { AppModule } from './app.module.js';
import { configureApp, documentOf } from './configure-app.js';

const app = await NestFactory.create(AppModule);
configureApp(app);
SwaggerModule.setup('docs', app, () => documentOf(app));
await app.listen(process.env.PORT ?? 3000);
