import { ValidationPipe, VersioningType, type INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { SESSION_SCHEME } from './common/session-scheme.js';

/** What the shop sets on the application itself; its tests start it in the same way. */
export function configureApp(
  app: INestApplication,
  { defaultVersion }: { defaultVersion?: string } = { defaultVersion: '1' },
): void {
  app.setGlobalPrefix('api', { exclude: ['health/ready'] });
  app.enableVersioning({
    type: VersioningType.URI,
    ...(defaultVersion !== undefined && { defaultVersion }),
  });
  app.useGlobalPipes(new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true }));
  app.enableShutdownHooks();
}

export function documentOf(app: INestApplication): OpenAPIObject {
  const about = new DocumentBuilder()
    .setTitle('The shop')
    .addBearerAuth({ type: 'http', scheme: 'bearer' }, SESSION_SCHEME)
    .build();
  return SwaggerModule.createDocument(app, about);
}
