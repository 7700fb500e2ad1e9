import {
  Controller,
  Get,
  Injectable,
  Module,
  Scope,
  SetMetadata,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { APP_GUARD, Reflector } from '@nestjs/core';
import { SchedulerRegistry } from '@nestjs/schedule';
import {
  getPhoenixHealthIndicatorToken,
  getPhoenixIframeServiceToken,
  getPhoenixTokenServiceToken,
  InjectPhoenix,
  PhoenixError,
  PhoenixHealthIndicator,
  PhoenixIframeService,
  PhoenixTokenService,
  type PhoenixModuleExtras,
} from '../../src/phoenix/index.js';
import { PhoenixSandbox } from '../../src/sandbox/index.js';
import { API_KEY, EVERY_PLATFORM, phoenixHost, register } from './harness.js';
import { SessionGuard, Sessions, SessionsModule } from './session.guard.js';

const PUBLIC = 'public';
const Public = SetMetadata(PUBLIC, true);

@Injectable()
class SignedInOrPublicGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    return this.reflector.get<boolean | undefined>(PUBLIC, context.getClass()) ?? false;
  }
}

@Injectable({ scope: Scope.REQUEST })
class SessionOfThisRequestGuard extends SessionGuard {}

@Controller('mine')
class OwnController {
  constructor(private readonly tokens: PhoenixTokenService) {}

  @Get()
  async token(): Promise<string> {
    return (await this.tokens.getToken()).fingerprint;
  }
}

@Module({ controllers: [OwnController] })
class FarAwayModule {}

@Controller('accounts')
class AccountsController {
  constructor(
    @InjectPhoenix() private readonly main: PhoenixTokenService,
    @InjectPhoenix('eu') private readonly eu: PhoenixTokenService,
  ) {}

  @Get()
  async tokens(): Promise<string[]> {
    return Promise.all([this.main.getAccessToken(), this.eu.getAccessToken()]);
  }
}

describe.each(EVERY_PLATFORM)('Registered on $platform by $form', (kind) => {
  let sandbox: PhoenixSandbox;

  beforeAll(async () => {
    sandbox = await PhoenixSandbox.start();
  });
  afterAll(() => sandbox.close());

  const host = () => phoenixHost(kind).vendor(sandbox);
  const ALICE = { Cookie: 'session=alice' };

  it.each([
    ['one for all requests', SessionGuard],
    ['one for each request', SessionOfThisRequestGuard],
  ])('a guard of the host, %s, gets its dependency from `imports`', async (_, guard) => {
    await using app = await host()
      .extras({ imports: [SessionsModule], controller: { guards: [guard] } })
      .start();

    expect((await app.get('/phoenix/token', ALICE)).status).toBe(200);
    expect((await app.get('/phoenix/token')).status).toBe(401);
  });

  it('is named by the errors of its boot', async () => {
    const unnamed = { apiKeys: [API_KEY], clientSecret: 'secret' };
    const wrong = await phoenixHost(kind)
      .extras({ name: 'eu' })
      .options({ ...unnamed, clientId: '' })
      .failToStart();
    expect(wrong.message).toMatch(
      /^PhoenixModule 'eu' cannot start, because its options are wrong/,
    );
    const open = await phoenixHost(kind)
      .extras({ name: 'eu' })
      .options({ apiKeys: [] })
      .failToStart();
    expect(open.message).toMatch(/^PhoenixModule 'eu' cannot start, .* would have no guard/);
  });

  it('a guard may be an instance', async () => {
    await using app = await host()
      .extras({ controller: { guards: [new SessionGuard(new Sessions())] } })
      .start();

    expect((await app.get('/phoenix/token', ALICE)).status).toBe(200);
    expect((await app.get('/phoenix/token')).status).toBe(401);
  });

  it('several guards must all agree', async () => {
    const never: CanActivate = { canActivate: () => false };
    await using app = await host()
      .extras({ controller: { guards: [new SessionGuard(new Sessions()), never] } })
      .start();

    expect((await app.get('/phoenix/token', ALICE)).status).toBe(403);
  });

  it('is covered by the global guard of the host', async () => {
    await using app = await host()
      .extras({ controller: { guards: 'none' } })
      .around({ providers: [Sessions, { provide: APP_GUARD, useClass: SessionGuard }] })
      .start();

    expect((await app.get('/phoenix/token', ALICE)).status).toBe(200);
    expect((await app.get('/phoenix/token', {})).status).toBe(401);
  });

  it('lets a mark of the host through its global guard', async () => {
    await using app = await host()
      .extras({ controller: { decorators: [Public] }, health: { decorators: [Public] } })
      .around({ providers: [{ provide: APP_GUARD, useClass: SignedInOrPublicGuard }] })
      .start();

    expect((await app.get('/phoenix/health/live', {})).status).toBe(200);
    expect((await app.get('/phoenix/token', {})).body.code).toBe('unauthorized');
    expect((await app.get('/phoenix/token')).status).toBe(200);
  });

  it('with isGlobal is seen by modules that do not import it', async () => {
    await using app = await host()
      .extras({ isGlobal: true })
      .around({ imports: [FarAwayModule] })
      .start();

    const { text } = await app.get('/mine');

    expect(text).toBe((await app.tokens.getToken()).fingerprint);
  });

  it('without isGlobal is not', async () => {
    const error = await host()
      .around({ imports: [FarAwayModule] })
      .failToStart();

    expect(error.message).toMatch(/can't resolve dependencies of the OwnController/);
  });

  it('names the guard, the dependency that nobody provides, and what to add to imports', async () => {
    const error = await host()
      .extras({ controller: { guards: [SessionGuard] } })
      .failToStart();

    expect(error.message).toMatch(/can't resolve dependencies of the SessionGuard/);
    expect(error.message).toMatch(/Sessions .*is available in the .*PhoenixModule/);
    expect(error.message).toContain('is that module imported within PhoenixModule?');
    expect(error.message).toContain('imports: [ /* the Module containing Sessions */ ]');
  });

  it.each<[string, PhoenixModuleExtras, string]>([
    ['without a name', {}, 'the registration without a name exists twice'],
    [
      'without a name, at other paths',
      { controller: { path: 'other' }, health: false },
      'the registration without a name exists twice',
    ],
    ['at the same path', { name: 'eu', health: false }, 'both have routes at "phoenix"'],
    [
      'at the same path in one of its versions',
      { name: 'eu', controller: { version: ['1', '2'] }, health: false },
      'both have routes at "phoenix"',
    ],
    [
      'at the same path of health routes',
      { name: 'eu', controller: false, health: { path: '/phoenix/health/' } },
      'both have routes at "phoenix/health"',
    ],
  ])('twice %s is refused, and the error says what to do', async (_, extras, cause) => {
    const options = { clientId: 'second', clientSecret: 'second secret', apiKeys: [API_KEY] };
    const error = await host()
      .around({ imports: [register(kind, options, extras)] })
      .failToStart();

    expect(error).toBeInstanceOf(PhoenixError);
    expect(error).toMatchObject({ code: 'duplicate_registration' });
    expect(error.message).toContain(cause);
    expect(error.message).toMatch(
      /Call forRoot or forRootAsync in one place|Give one of them other paths/,
    );
  });

  it('twice at one path, in two versions, is fine', async () => {
    const { tokenUrl, clientId, clientSecret } = sandbox;
    const options = { tokenUrl, clientId, clientSecret, apiKeys: [API_KEY] };
    await using app = await host()
      .extras({ controller: { version: '1' }, health: false })
      .around({
        imports: [
          register(kind, options, { name: 'eu', controller: { version: '2' }, health: false }),
        ],
      })
      .prepare((nest) => nest.enableVersioning())
      .start();

    expect((await app.get('/v1/phoenix/token')).status).toBe(200);
    expect((await app.get('/v2/phoenix/token')).status).toBe(200);
  });

  describe('twice, for two accounts', () => {
    let second: PhoenixSandbox;

    beforeAll(async () => {
      second = await PhoenixSandbox.start({ clientId: 'second', clientSecret: 'second secret' });
    });
    afterAll(() => second.close());

    const EU_KEY = 'a-key-of-the-second-account';
    const twoAccounts = () =>
      host().around({
        controllers: [AccountsController],
        imports: [
          register(
            kind,
            {
              clientId: second.clientId,
              clientSecret: second.clientSecret,
              tokenUrl: second.tokenUrl,
              iframeUrl: second.iframeUrl,
              apiKeys: [EU_KEY],
            },
            {
              name: 'eu',
              controller: { path: 'phoenix-eu' },
              health: { path: 'phoenix-eu/health' },
            },
          ),
        ],
      });

    it('each route hands out the token of its account', async () => {
      await using app = await twoAccounts().start();

      const main = await app.get('/phoenix/token');
      const eu = await app.get('/phoenix-eu/token', { 'X-API-Key': EU_KEY });
      const iframe = await app.get(
        '/phoenix-eu/iframe-url?address=0x52908400098527886E0F7030069857D2E4169EE7&amount=10',
        {
          'X-API-Key': EU_KEY,
        },
      );

      expect(main.body.access_token).toBe(sandbox.issuedTokens.at(-1));
      expect(eu.body.access_token).toBe(second.issuedTokens.at(-1));
      expect(iframe.body.origin).toBe(second.origin);
    });

    it('the key of one account does not open the other', async () => {
      await using app = await twoAccounts().start();

      expect((await app.get('/phoenix/token', { 'X-API-Key': EU_KEY })).status).toBe(401);
      expect((await app.get('/phoenix-eu/token', { 'X-API-Key': API_KEY })).status).toBe(401);
    });

    it('each is injected by its name', async () => {
      await using app = await twoAccounts().start();

      const { body } = await app.get('/accounts');

      expect(body).toEqual([sandbox.issuedTokens.at(-1), second.issuedTokens.at(-1)]);
      expect(getPhoenixTokenServiceToken()).toBe(PhoenixTokenService);
      expect(getPhoenixIframeServiceToken()).toBe(PhoenixIframeService);
      expect(getPhoenixHealthIndicatorToken()).toBe(PhoenixHealthIndicator);
      expect(app.app.get(getPhoenixTokenServiceToken('eu'), { strict: false })).toBeInstanceOf(
        PhoenixTokenService,
      );
      expect(app.app.get(getPhoenixIframeServiceToken('eu'), { strict: false })).toBeInstanceOf(
        PhoenixIframeService,
      );
      expect(app.app.get(getPhoenixHealthIndicatorToken('eu'), { strict: false })).toBeInstanceOf(
        PhoenixHealthIndicator,
      );
    });

    it('each has its own health key and its own cron job', async () => {
      await using app = await twoAccounts().start();

      expect((await app.get('/phoenix/health')).body.details).toHaveProperty('phoenix');
      expect((await app.get('/phoenix-eu/health')).body.details).toHaveProperty('phoenix-eu');
      expect([...app.app.get(SchedulerRegistry).getCronJobs().keys()]).toEqual([
        'phoenix-token-refresh',
        'phoenix-token-refresh-eu',
      ]);
    });

    it('one failing leaves the other alone', async () => {
      second.setFault({ kind: 'status', status: 503 });
      await using app = await twoAccounts().start();

      expect((await app.get('/phoenix/token')).status).toBe(200);
      expect((await app.get('/phoenix-eu/token', { 'X-API-Key': EU_KEY })).status).toBe(503);
      second.clearFaults();
    });
  });
});
