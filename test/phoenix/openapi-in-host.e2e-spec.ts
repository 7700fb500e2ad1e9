import type { CanActivate } from '@nestjs/common';
import { ApiBearerAuth, DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import {
  ApiKeyGuard,
  CredentialGuard,
  JwtGuard,
  type PhoenixControllerOptions,
} from '../../src/phoenix/index.js';
import { phoenixHost } from './harness.js';

const JWT_SECRET = 'a shared secret of thirty-two bytes, or more';

class HostGuard implements CanActivate {
  canActivate(): boolean {
    return true;
  }
}

/** How the host's document describes our routes. */
async function tokenOperation(controller: PhoenixControllerOptions) {
  await using host = await phoenixHost()
    .options({ eager: false, jwt: { secret: JWT_SECRET } })
    .extras({ controller })
    .start();
  const document = SwaggerModule.createDocument(host.app, new DocumentBuilder().build());
  const operation = document.paths['/phoenix/token']?.get;
  return {
    security: (operation?.security ?? []).map((demand) => Object.keys(demand).join(' and ')).sort(),
    documents401: Object.keys(operation?.responses ?? {}).includes('401'),
    schemas: Object.keys(document.components?.schemas ?? {}),
  };
}

describe('The OpenAPI document of a host', () => {
  it.each<[string, PhoenixControllerOptions, string[], boolean]>([
    ['either credential', {}, ['phoenix-api-key', 'phoenix-jwt'], true],
    [
      'both credentials',
      { guards: [ApiKeyGuard, JwtGuard] },
      ['phoenix-api-key and phoenix-jwt'],
      true,
    ],
    [
      'one credential twice',
      { guards: [CredentialGuard, JwtGuard] },
      ['phoenix-api-key and phoenix-jwt', 'phoenix-jwt'],
      true,
    ],
    ['nothing for a guard of the host', { guards: [HostGuard] }, [], true],
    [
      'what the host decorates the routes with',
      { guards: [HostGuard], decorators: [ApiBearerAuth('session')] },
      ['session'],
      true,
    ],
    ['nothing without a guard', { guards: 'none' }, [], false],
  ])('demands %s', async (_, controller, security, documents401) => {
    const operation = await tokenOperation(controller);

    expect(operation.documents401).toBe(documents401);
    expect(operation.security).toEqual(security);
  });

  it('has names for our schemas that are not likely to be its own', async () => {
    const { schemas } = await tokenOperation({});

    expect(schemas.length).toBeGreaterThan(0);
    expect(schemas.filter((name) => !name.startsWith('Phoenix'))).toEqual([]);
  });
});
