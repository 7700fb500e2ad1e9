import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpModule, HttpService } from '@nestjs/axios';
import {
  Catch,
  Controller,
  ForbiddenException,
  Get,
  HttpException,
  Injectable,
  Query,
  UnauthorizedException,
  ValidationPipe,
  VERSION_NEUTRAL,
  VersioningType,
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  type ExceptionFilter,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { firstValueFrom, map, type Observable } from 'rxjs';
import { PhoenixSandbox } from '../../src/sandbox/index.js';
import { EVERY_PLATFORM, phoenixHost, type PhoenixHost } from './harness.js';

/** Answers every exception in the host's own way. */
@Catch()
class HostFilter implements ExceptionFilter {
  constructor(private readonly adapterHost: HttpAdapterHost) {}

  catch(exception: unknown, host: ArgumentsHost): void {
    const status = exception instanceof HttpException ? exception.getStatus() : 500;
    const response: unknown = host.switchToHttp().getResponse();
    this.adapterHost.httpAdapter.reply(response, { host: 'says no' }, status);
  }
}

@Injectable()
class RefusingGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, string> }>();
    if (headers['x-refuse'] === 'by exception') throw new UnauthorizedException('Sign in first.');
    if (headers['x-refuse'] === 'by error') throw new Error('The session store is down.');
    return headers['x-refuse'] === undefined;
  }
}

/** Asks an authorization server about the caller, through the HttpModule of the host's. */
@Injectable()
class IntrospectingGuard implements CanActivate {
  constructor(private readonly http: HttpService) {}

  async canActivate(): Promise<boolean> {
    await firstValueFrom(this.http.get('/introspect'));
    return true;
  }
}

class Envelope implements NestInterceptor {
  intercept(_: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((data: unknown) => ({ data })));
  }
}

class OrderFilter {
  status?: string;
}

@Controller('orders')
class OrdersController {
  @Get()
  list(): string[] {
    throw new ForbiddenException();
  }

  @Get('found')
  find(@Query() { status = 'any' }: OrderFilter): string[] {
    return [status];
  }
}

describe.each(EVERY_PLATFORM)('A host on $platform by $form', (kind) => {
  let sandbox: PhoenixSandbox;

  beforeAll(async () => {
    sandbox = await PhoenixSandbox.start();
  });
  afterEach(() => {
    sandbox.clearFaults();
  });
  afterAll(() => sandbox.close());

  const host = () => phoenixHost(kind).vendor(sandbox);
  const statusOf = async (app: PhoenixHost, path: string) => (await app.get(path)).status;

  it('with a global prefix finds our routes behind it', async () => {
    await using app = await host()
      .prepare((nest) => nest.setGlobalPrefix('api'))
      .start();

    expect(await statusOf(app, '/api/phoenix/token')).toBe(200);
    expect(
      await statusOf(
        app,
        '/api/phoenix/iframe-url?address=0x52908400098527886E0F7030069857D2E4169EE7&amount=10',
      ),
    ).toBe(200);
    expect(await statusOf(app, '/api/phoenix/health/ready')).toBe(200);
    expect(await statusOf(app, '/phoenix/token')).toBe(404);
  });

  it('that versions its routes takes ours along', async () => {
    await using app = await host()
      .prepare((nest) => nest.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' }))
      .start();

    expect(await statusOf(app, '/v1/phoenix/token')).toBe(200);
    expect(await statusOf(app, '/v1/phoenix/health/live')).toBe(200);
    expect(await statusOf(app, '/phoenix/token')).toBe(404);
  });

  it('that versions its routes may pin ours', async () => {
    await using app = await host()
      .extras({ controller: { version: VERSION_NEUTRAL }, health: { version: VERSION_NEUTRAL } })
      .prepare((nest) => nest.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' }))
      .start();

    expect(await statusOf(app, '/phoenix/token')).toBe(200);
    expect(await statusOf(app, '/phoenix/health/live')).toBe(200);
    expect(await statusOf(app, '/v1/phoenix/token')).toBe(404);
  });

  it('that versions its routes may give ours another version', async () => {
    await using app = await host()
      .extras({ controller: { version: '7' }, health: { version: ['8', '9'] } })
      .prepare((nest) => nest.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' }))
      .start();

    expect(await statusOf(app, '/v7/phoenix/token')).toBe(200);
    expect(await statusOf(app, '/v9/phoenix/health/live')).toBe(200);
    expect(await statusOf(app, '/v1/phoenix/token')).toBe(404);
  });

  it('chooses the paths', async () => {
    await using app = await host()
      .extras({ controller: { path: 'pay/iframe' }, health: { path: 'healthz' } })
      .start();

    expect(await statusOf(app, '/pay/iframe/token')).toBe(200);
    expect(await statusOf(app, '/healthz/live')).toBe(200);
    expect(await statusOf(app, '/phoenix/token')).toBe(404);
    expect(await statusOf(app, '/phoenix/health/live')).toBe(404);
  });

  it('has an HttpService of its own in its guards, and not ours', async () => {
    let status = 401;
    const authorizationServer = createServer((_, response) => response.writeHead(status).end());
    await once(authorizationServer.listen(0, '127.0.0.1'), 'listening');
    const { port } = authorizationServer.address() as AddressInfo;
    const baseURL = `http://127.0.0.1:${port}`;
    await using app = await host()
      .extras({
        imports: [HttpModule.register({ baseURL })],
        controller: { guards: [IntrospectingGuard] },
      })
      .start();

    expect(await statusOf(app, '/phoenix/token')).toBe(500);
    status = 204;
    expect(await statusOf(app, '/phoenix/token')).toBe(200);
    authorizationServer.close();
  });

  it('may do without our routes', async () => {
    await using app = await host().options({ apiKeys: [] }).extras({ controller: false }).start();

    expect(await statusOf(app, '/phoenix/token')).toBe(404);
    expect(await statusOf(app, '/phoenix/iframe-url')).toBe(404);
    expect(await app.tokens.getAccessToken()).toBe(sandbox.issuedTokens.at(-1));
    expect(await statusOf(app, '/phoenix/health/ready')).toBe(200);
  });

  it('may do without our health routes', async () => {
    await using app = await host().extras({ health: false }).start();

    expect(await statusOf(app, '/phoenix/health')).toBe(404);
    expect(await statusOf(app, '/phoenix/health/live')).toBe(404);
    expect(await statusOf(app, '/phoenix/token')).toBe(200);
  });

  it.each([
    ['by exception', 401, { statusCode: 401, error: 'Unauthorized', message: 'Sign in first.' }],
    ['by error', 500, { statusCode: 500, message: 'Internal server error' }],
    ['by false', 403, { statusCode: 403, error: 'Forbidden', message: 'Forbidden resource' }],
  ])('that refuses %s in its guard is quoted word for word', async (how, expected, words) => {
    await using app = await host()
      .extras({ controller: { guards: [RefusingGuard] } })
      .start();

    const { status, headers, body } = await app.get('/phoenix/token', { 'X-Refuse': how });

    expect(status).toBe(expected);
    expect(headers['content-type']).toMatch(/^application\/json/);
    expect(body).toEqual(words);
  });

  it('with a filter of its own renders what its guards throw, and we what we throw', async () => {
    sandbox.setFault({ kind: 'html' });
    await using app = await host()
      .extras({ controller: { guards: [RefusingGuard] } })
      .around({ controllers: [OrdersController] })
      .prepare((nest) => nest.useGlobalFilters(new HostFilter(nest.get(HttpAdapterHost))))
      .start();

    expect((await app.get('/orders')).body).toEqual({ host: 'says no' });
    expect((await app.get('/phoenix/token', { 'X-Refuse': 'by exception' })).body).toEqual({
      host: 'says no',
    });
    expect((await app.get('/phoenix/token')).body.code).toBe('token_unavailable');
    expect((await app.get('/phoenix/iframe-url?a.b=1')).body.code).toBe('invalid_parameters');
  });

  it('with a validation pipe that admits only declared properties keeps our open parameters', async () => {
    const strict = new ValidationPipe({
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: true,
      transform: true,
      transformerPackage: {
        plainToInstance: refuse,
        classToPlain: refuse,
        instanceToPlain: refuse,
      },
      validatorPackage: { validate: refuse },
    } as ConstructorParameters<typeof ValidationPipe>[0]);
    await using app = await host()
      .around({ controllers: [OrdersController] })
      .prepare((nest) => nest.useGlobalPipes(strict))
      .start();

    expect(await statusOf(app, '/orders/found')).toBe(500);
    const { status, body } = await app.get(
      '/phoenix/iframe-url?memo=1&address=0x52908400098527886E0F7030069857D2E4169EE7&amount=10',
    );

    expect(status).toBe(200);
    expect(new URL(body.url).search).toMatch(
      /^\?address=0x\w+&amount=10&access_token=[^&]+&memo=1$/,
    );
  });

  it('with an interceptor of its own wraps our replies, not our problems', async () => {
    await using app = await host()
      .prepare((nest) => nest.useGlobalInterceptors(new Envelope()))
      .start();

    const { status, headers, body } = await app.get('/phoenix/token');
    expect(status).toBe(200);
    expect(headers['cache-control']).toBe('no-store');
    expect(body).toMatchObject({ data: { access_token: sandbox.issuedTokens.at(-1) } });
    expect((await app.get('/phoenix/token', {})).body.code).toBe('unauthorized');
  });
});

function refuse(): never {
  throw new Error('The pipe validates our parameters, although it knows nothing about them.');
}
