import {
  SetMetadata,
  type CallHandler,
  type CanActivate,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { APP_INTERCEPTOR, Reflector } from '@nestjs/core';
import { ApiHeader, DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { map } from 'rxjs';
import { ApiKeyGuard, CredentialGuard, JwtGuard } from '../../src/phoenix/index.js';
import { PhoenixSandbox } from '../../src/sandbox/index.js';
import { API_KEY, phoenixHost, register } from './harness.js';

const SkipTransform = () => SetMetadata('skip-transform', true);

/** Wraps every reply, unless its handler says not to. */
class Transform implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler) {
    const skip = new Reflector().get<boolean | undefined>('skip-transform', context.getHandler());
    return next.handle().pipe(map((data: unknown) => (skip ? data : { data })));
  }
}

/** Calls the handler from a function of its own, as many decorators of hosts do. */
const Counted =
  (calls: string[]): MethodDecorator =>
  (_, name, descriptor) => {
    const { value } = descriptor;
    const handler = value as (...parameters: unknown[]) => unknown;
    descriptor.value = function (this: unknown, ...parameters: unknown[]) {
      calls.push(String(name));
      return handler.apply(this, parameters);
    } as never;
  };

const ReturnedAnew: MethodDecorator = (_, __, descriptor) => ({ ...descriptor });

class Refusing implements CanActivate {
  canActivate(): boolean {
    return false;
  }
}

describe('The handlers of a registration', () => {
  let sandbox: PhoenixSandbox;
  const FORM = { platform: 'express', form: 'forRoot' } as const;
  const EU = {
    clientId: 'eu',
    clientSecret: 'secret',
    tokenUrl: 'http://127.0.0.1:9/oauth/token',
    apiKeys: [API_KEY],
    eager: false,
  };

  beforeAll(async () => {
    sandbox = await PhoenixSandbox.start();
  });
  afterAll(() => sandbox.close());

  it('are decorated apart from the class, and apart from those of other registrations', async () => {
    const calls: string[] = [];
    await using app = await phoenixHost()
      .vendor(sandbox)
      .extras({
        controller: {
          handlerDecorators: [
            SkipTransform(),
            Counted(calls),
            ReturnedAnew,
            ApiHeader({ name: 'X-Tenant' }),
          ],
        },
        health: { handlerDecorators: [Counted(calls), SkipTransform()] },
      })
      .around({
        imports: [
          register(FORM, EU, {
            name: 'eu',
            controller: { path: 'eu', decorators: [SkipTransform()] },
            health: { path: 'eu/health' },
          }),
        ],
        providers: [{ provide: APP_INTERCEPTOR, useClass: Transform }],
      })
      .start();

    expect((await app.get('/phoenix/token')).body).toHaveProperty('access_token');
    const address = await app.get(
      '/phoenix/iframe-url?address=0x52908400098527886E0F7030069857D2E4169EE7&amount=25',
    );
    expect(address.body).toHaveProperty('url');
    expect(address.headers['cache-control']).toBe('no-store');
    expect((await app.get('/phoenix/health')).body).toHaveProperty('status', 'ok');
    expect((await app.get('/phoenix/health/live')).body).toEqual({ status: 'ok' });
    expect(calls).toEqual(['getToken', 'getIframeUrl', 'details', 'live']);
    expect((await app.get('/eu/health/live')).body).toEqual({ data: { status: 'ok' } });

    const { paths } = SwaggerModule.createDocument(app.app, new DocumentBuilder().build());
    const operations = Object.values(paths).map(({ get }) => get!);
    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(10);
    expect(ids).toContain('PhoenixEuController_getToken');
    const withTenant = operations.filter(({ parameters = [] }) =>
      parameters.some((parameter) => 'name' in parameter && parameter.name === 'X-Tenant'),
    );
    expect(withTenant.map(({ operationId }) => operationId)).toEqual([
      'PhoenixController_getToken',
      'PhoenixController_getIframeUrl',
    ]);
    expect(Object.keys(paths['/phoenix/token']!.get!.responses)).toEqual(
      Object.keys(paths['/eu/token']!.get!.responses),
    );
  });

  it('must stay functions', async () => {
    const accessor: MethodDecorator = () => ({ get: () => undefined as never });
    const host = phoenixHost().extras({ controller: { handlerDecorators: [accessor] } });

    await expect((async () => host.start())()).rejects.toThrow(
      'leaves no function in place of getToken',
    );
  });

  it('show the details of health to whom a guard lets in, and the probes to all', async () => {
    await using app = await phoenixHost()
      .vendor(sandbox)
      .options({ eager: false })
      .extras({ health: { guards: [ApiKeyGuard] } })
      .start();

    const refused = await app.get('/phoenix/health', {});
    expect([refused.status, refused.headers['www-authenticate']]).toEqual([
      401,
      'ApiKey realm="phoenix"',
    ]);
    expect(refused.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect((await app.get('/phoenix/health')).body).toHaveProperty('details');
    expect((await app.get('/phoenix/health/live', {})).status).toBe(200);
    expect((await app.get('/phoenix/health/ready', {})).status).toBe(503);
    const { paths } = SwaggerModule.createDocument(app.app, new DocumentBuilder().build());
    expect(paths['/phoenix/health']?.get?.security).toEqual([{ 'phoenix-api-key': [] }]);
    expect(paths['/phoenix/health']?.get?.responses).toHaveProperty('401.content');
    expect(paths['/phoenix/health/live']?.get?.security).toEqual([]);
    expect(paths['/phoenix/health/live']?.get?.responses).not.toHaveProperty('401');
  });

  it('document how a guard of the host may answer, without a form of ours', async () => {
    await using app = await phoenixHost()
      .options({ eager: false })
      .extras({ controller: { guards: [Refusing] }, health: { guards: [new Refusing()] } })
      .start();

    expect((await app.get('/phoenix/health')).status).toBe(403);
    expect((await app.get('/phoenix/health/live')).status).toBe(200);
    const { paths } = SwaggerModule.createDocument(app.app, new DocumentBuilder().build());
    for (const path of ['/phoenix/token', '/phoenix/iframe-url', '/phoenix/health']) {
      const { responses } = paths[path]!.get!;
      expect(Object.keys(responses)).toEqual(expect.arrayContaining(['401', '403']));
      expect([responses['401'], responses['403']]).toEqual([
        { description: expect.stringContaining("application's guard") as string },
        { description: expect.stringContaining("application's guard") as string },
      ]);
    }
  });

  it.each([
    ['none', [], 'The list of guards is empty'],
    ['one for JWTs without keys', [JwtGuard], 'JwtGuard has no option jwt to check with'],
    ['text', 'none' as never, 'guards is no list'],
  ])('refuse to boot when the guard of the details is %s', async (_, guards, problem) => {
    const error = await phoenixHost().extras({ health: { guards } }).failToStart();
    expect(error).toHaveProperty('code', 'missing_guard');
    expect(error.message).toContain(problem);
  });

  it('may show the details to any credential', async () => {
    await using app = await phoenixHost()
      .extras({ health: { guards: [CredentialGuard] } })
      .start();
    expect((await app.get('/phoenix/health', {})).status).toBe(401);
  });
});
