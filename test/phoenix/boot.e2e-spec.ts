import { Injectable, Module, Scope } from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import { ScheduleModule } from '@nestjs/schedule';
import {
  ApiKeyGuard,
  CredentialGuard,
  JwtGuard,
  phoenixConfig,
  PhoenixError,
  PhoenixModule,
  PhoenixOptionsError,
  type PhoenixGuards,
  type PhoenixModuleExtras,
} from '../../src/phoenix/index.js';
import { PhoenixSandbox } from '../../src/sandbox/index.js';
import { EVERY_PLATFORM, phoenixHost } from './harness.js';

const SECRET = 'a shared secret of thirty-two bytes, or more';
const WHAT_TO_DO =
  'Do one of these: set apiKeys or jwt in the options (PHOENIX_API_KEYS, PHOENIX_JWT_SECRET or ' +
  'PHOENIX_JWT_JWKS_URL), pass your own guard (controller: { guards: [YourGuard] }), switch the routes ' +
  "off (controller: false), or open them on purpose (controller: { guards: 'none' }).";

class NotAGuard {
  readonly mode = 'strict';
}

@Injectable({ scope: Scope.REQUEST })
class NotAGuardPerRequest extends NotAGuard {}

/** As hosts in JavaScript may forget to call it. */
function roleGuard() {
  return GuardPerRequest;
}

class FieldGuard {
  canActivate = () => true;
}

@Injectable({ scope: Scope.REQUEST })
class GuardPerRequest {
  canActivate() {
    return false;
  }
}

describe.each(EVERY_PLATFORM)('Booting on $platform by $form', (kind) => {
  let sandbox: PhoenixSandbox;

  beforeAll(async () => {
    sandbox = await PhoenixSandbox.start();
  });
  afterAll(() => sandbox.close());

  const host = () => phoenixHost(kind).vendor(sandbox);
  const unguarded = () => host().options({ apiKeys: [] });

  it.each<[string, PhoenixModuleExtras, string]>([
    ['no guard and no credentials', {}, 'Neither a guard nor credentials are configured.'],
    [
      'guards that are undefined',
      { controller: { guards: undefined } },
      'Neither a guard nor credentials are configured.',
    ],
    ['an empty list of guards', { controller: { guards: [] } }, 'The list of guards is empty.'],
    [
      'CredentialGuard without credentials',
      { controller: { guards: [CredentialGuard] } },
      'Neither a guard nor credentials are configured.',
    ],
    [
      'ApiKeyGuard without keys',
      { controller: { guards: [ApiKeyGuard] } },
      'ApiKeyGuard has no apiKeys to compare with.',
    ],
    [
      'JwtGuard without keys',
      { controller: { guards: [JwtGuard] } },
      'JwtGuard has no option jwt to check with.',
    ],
  ])('is refused with %s, and the error says what to do', async (_, extras, cause) => {
    const error = await unguarded().extras(extras).failToStart();

    expect(error).toBeInstanceOf(PhoenixError);
    expect(error).toMatchObject({ code: 'missing_guard' });
    expect(error.message).toBe(
      `PhoenixModule cannot start, because its routes would have no guard. ${cause} ${WHAT_TO_DO}`,
    );
  });

  it.each<[string, unknown]>([
    ['a class', NotAGuard],
    ['a class made for each request', NotAGuardPerRequest],
    ['a factory that was not called', roleGuard],
  ])('is refused with %s for a guard that cannot guard', async (_, guard) => {
    const error = await host()
      .extras({ controller: { guards: [guard as never] } })
      .failToStart();

    // Recent versions of Nest say so themselves, but not for what is made for each request.
    expect(error.message).toContain((guard as { name: string }).name);
    expect(error.message).toContain('canActivate');
  });

  it.each([
    ['that has its method as a field', FieldGuard, 200],
    ['that is made for each request', GuardPerRequest, 403],
  ])('takes a guard %s', async (_, guard, status) => {
    await using app = await host()
      .extras({ controller: { guards: [guard] } })
      .start();

    expect((await app.get('/phoenix/token')).status).toBe(status);
  });

  it.each([
    ['JwtGuard', [JwtGuard], { apiKeys: ['api-key-0123456789'] }],
    ['ApiKeyGuard', [ApiKeyGuard], { jwt: { secret: SECRET } }],
  ])('is refused with %s and the credentials of the other', async (_, guards, options) => {
    const error = await unguarded()
      .options(options)
      .extras({ controller: { guards } })
      .failToStart();

    expect(error).toMatchObject({ code: 'missing_guard' });
  });

  it.each<[string, unknown]>([
    ['null', null],
    ['true', true],
    ['a word in other letters', 'None'],
    ['a guard without a list', ApiKeyGuard],
  ])('is refused with guards that are %s', async (_, guards) => {
    const error = await host()
      .extras({ controller: { guards: guards as PhoenixGuards } })
      .failToStart();

    expect(error).toMatchObject({ code: 'missing_guard' });
    expect(error.message).toContain("guards is neither a list nor 'none'.");
    expect(error.message).toContain(WHAT_TO_DO);
  });

  it("opens the routes with guards: 'none', and warns", async () => {
    await using app = await unguarded()
      .extras({ controller: { guards: 'none' } })
      .start();

    expect((await app.get('/phoenix/token', {})).status).toBe(200);
    expect(app.logbook.ofPhoenix('warn')).toEqual([
      expect.stringMatching(/no guard of their own \(guards: 'none'\)/),
    ]);
  });

  it('warns of nothing when the routes are guarded or off', async () => {
    await using guarded = await host().start();
    await using off = await unguarded().extras({ controller: false }).start();

    expect(guarded.logbook.ofPhoenix('warn')).toEqual([]);
    expect(off.logbook.ofPhoenix('warn')).toEqual([]);
  });

  it('is refused without ScheduleModule.forRoot(), and the error names it', async () => {
    let opened = false;
    const store = {
      open: () => {
        opened = true;
        throw new Error('Nobody would close it.');
      },
    };
    const error = await host().withoutScheduler().options({ store }).failToStart();

    expect(error).toBeInstanceOf(PhoenixError);
    expect(error).toMatchObject({ code: 'missing_scheduler' });
    expect(opened).toBe(false);
    expect(error.message).toContain('ScheduleModule.forRoot()');
  });

  it('finds ScheduleModule wherever the host imports it', async () => {
    await using app = await host()
      .withoutScheduler()
      .around({ imports: [ScheduleModule.forRoot()] })
      .start();

    expect((await app.get('/phoenix/token')).status).toBe(200);
  });

  it('is refused with wrong options, all of them in one error', async () => {
    const error = await host()
      .options({ clientId: '', tokenUrl: 'http://api.example', apiKeys: ['short'] })
      .failToStart();

    expect(error).toBeInstanceOf(PhoenixOptionsError);
    expect((error as PhoenixOptionsError).problems.map(({ field }) => field)).toEqual([
      'clientId',
      'tokenUrl',
      'apiKeys.0',
    ]);
  });
});

describe('Booting with options that depend on a request', () => {
  @Injectable({ scope: Scope.REQUEST })
  class Tenant {}

  @Module({ providers: [Tenant], exports: [Tenant] })
  class TenantModule {}

  it.each<[string, NonNullable<PhoenixModuleExtras['imports']>, unknown]>([
    ['the request', [], REQUEST],
    ['something request-scoped', [TenantModule], Tenant],
  ])('is refused when the factory injects %s', async (_, imports, injected) => {
    const error = await phoenixHost()
      .unregistered()
      .around({
        imports: [
          PhoenixModule.forRootAsync({
            imports,
            inject: [injected as never],
            useFactory: () => ({
              clientId: 'id',
              clientSecret: 'secret',
              apiKeys: ['k'.repeat(16)],
            }),
          }),
        ],
      })
      .failToStart();

    expect(error).toMatchObject({ code: 'request_scoped_options' });
  });
});

describe('Booting from the environment', () => {
  const environment = process.env;

  beforeEach(() => {
    process.env = {};
  });
  afterEach(() => {
    process.env = environment;
  });

  const host = () =>
    phoenixHost()
      .unregistered()
      .around({ imports: [PhoenixModule.forRootAsync(phoenixConfig.asProvider())] });

  it('takes PhoenixModule.forRootAsync(phoenixConfig.asProvider())', async () => {
    await using sandbox = await PhoenixSandbox.start();
    process.env = {
      PHOENIX_CLIENT_ID: sandbox.clientId,
      PHOENIX_CLIENT_SECRET: sandbox.clientSecret,
      PHOENIX_TOKEN_URL: sandbox.tokenUrl,
      PHOENIX_API_KEYS: 'api-key-0123456789',
    };
    await using app = await host().start();

    const { status, body } = await app.get('/phoenix/token', { 'X-API-Key': 'api-key-0123456789' });

    expect(status).toBe(200);
    expect(body.access_token).toBe(sandbox.issuedTokens.at(-1));
  });

  it('is refused with all problems, named by their variables', async () => {
    process.env = { PHOENIX_CLIENT_SECRET: 'secret', PHOENIX_MAX_ATTEMPTS: 'many' };

    const error = await host().failToStart();

    expect(error).toBeInstanceOf(PhoenixOptionsError);
    expect(error.message).toMatch(
      /- PHOENIX_CLIENT_ID is missing\..*\n.*- PHOENIX_MAX_ATTEMPTS must/,
    );
  });

  it('is refused without credentials for the routes, naming the variables to set', async () => {
    process.env = { PHOENIX_CLIENT_ID: 'partner', PHOENIX_CLIENT_SECRET: 'secret' };

    const error = await host().failToStart();

    expect(error).toMatchObject({ code: 'missing_guard' });
    expect(error.message).toContain('PHOENIX_API_KEYS');
  });
});
