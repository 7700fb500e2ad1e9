import { readFileSync } from 'node:fs';
import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, getSchemaPath, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { API_KEY_SCHEME, JWT_SCHEME } from '../phoenix/index.js';
import { PhoenixProblemDto } from '../phoenix/http/phoenix.dto.js';
import { httpProblem } from './http-problem.js';
import { detailOf } from './unreadable-request.js';

const { version } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as { version: string };

/** The OpenAPI document of the service. */
export function createOpenApiDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Phoenix token service')
    .setDescription(
      'Hands the Phoenix access token and the address of the payment iframe to your frontend. ' +
        'The token is a bearer token for the whole partner: give it to signed-in users only.',
    )
    .setVersion(version)
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer('/', 'This service')
    .addTag('Phoenix', 'The access token and the iframe.')
    .addTag('Health', 'Probes for Kubernetes and for people.')
    .addApiKey(
      { type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'For servers.' },
      API_KEY_SCHEME,
    )
    .addBearerAuth(
      { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'For signed-in users.' },
      JWT_SCHEME,
    )
    .build();
  return withTimeouts(SwaggerModule.createDocument(app, config));
}

/** Any request can be answered so, whatever its route, because the server answers before it. */
function withTimeouts(document: OpenAPIObject): OpenAPIObject {
  const timeout = {
    description: 'The request did not arrive in time.',
    content: {
      'application/problem+json': {
        schema: { $ref: getSchemaPath(PhoenixProblemDto) },
        example: httpProblem(408, detailOf(408)),
      },
    },
  };
  for (const { get } of Object.values(document.paths)) {
    if (get !== undefined) get.responses['408'] = timeout;
  }
  return document;
}

/** Swagger UI at `/docs`, the document at `/docs-json` and `/docs-yaml`. */
export function serveOpenApi(app: INestApplication): void {
  SwaggerModule.setup('docs', app, () => createOpenApiDocument(app), {
    customSiteTitle: 'Phoenix token service',
    swaggerOptions: { displayRequestDuration: true },
  });
}
