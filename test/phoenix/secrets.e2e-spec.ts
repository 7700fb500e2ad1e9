import { jest } from '@jest/globals';
import { SignJWT } from 'jose';
import {
  PhoenixHealthIndicator,
  PhoenixIframeService,
  PhoenixTokenService,
  type PhoenixOptions,
} from '../../src/phoenix/index.js';
import { PHOENIX_SETTINGS } from '../../src/phoenix/phoenix.tokens.js';
import { PhoenixSandbox, type SandboxFault } from '../../src/sandbox/index.js';
import { FakeClock } from '../support/fake-clock.js';
import { ENDLESS_FAULTS, PROMPT_FAULTS } from './faults.js';
import {
  EVERY_PLATFORM,
  phoenixHost,
  type HostKind,
  type PhoenixHost,
  type Reply,
} from './harness.js';
import { LeakNet } from './leak-net.js';
import { Logbook } from './logbook.js';

const CLIENT_ID = 'partner';
const CLIENT_SECRET = 'client-s€cret/of+the partner';
const API_KEYS = ['first-api-key-0123456789', 'second-api-key-0123456789'] as const;
const JWT_SECRET = 'a shared secret of thirty-two bytes, or more';
const ALICE = '0x52908400098527886E0F7030069857D2E4169EE7';
const KEY = { 'X-API-Key': API_KEYS[0] };

type Style = Required<Pick<PhoenixOptions, 'tokenRequestFormat' | 'clientAuthentication'>>;
const STYLES: readonly Style[] = [
  { tokenRequestFormat: 'json', clientAuthentication: 'body' },
  { tokenRequestFormat: 'form', clientAuthentication: 'basic' },
];
const CASES = EVERY_PLATFORM.flatMap((kind): [string, string, HostKind, Style][] =>
  STYLES.map((style) => [kind.platform, Object.values(style).join(', '), kind, style]),
);

describe.each(CASES)('Secrets on %s (%s)', (_platform, _style, kind, style) => {
  let clock: FakeClock;
  let sandbox: PhoenixSandbox;
  let logbook: Logbook;
  let net: LeakNet;
  let jwt: string;

  beforeEach(async () => {
    clock = new FakeClock();
    sandbox = await PhoenixSandbox.start({ clientId: CLIENT_ID, clientSecret: CLIENT_SECRET });
    logbook = new Logbook();
    net = new LeakNet();
    jwt = await new SignJWT({ sub: 'alice' })
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime('1h')
      .sign(new TextEncoder().encode(JWT_SECRET));
    for (const stream of [process.stdout, process.stderr]) {
      jest.spyOn(stream, 'write').mockImplementation((chunk) => {
        net.collect('standard output', String(chunk));
        return true;
      });
    }
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await sandbox.close();
  });

  const host = (options: Partial<PhoenixOptions> = {}) =>
    phoenixHost(kind)
      .vendor(sandbox)
      .logbook(logbook)
      .options({
        ...style,
        apiKeys: API_KEYS,
        jwt: { secret: JWT_SECRET },
        allowedOrigins: ['https://shop.example'],
        maxAttempts: 1,
        eager: false,
        ...options,
      });

  const collectOutcome = async (where: string, outcome: Promise<unknown>) => {
    try {
      const value = await outcome;
      if (typeof value !== 'string') net.collect(where, value);
    } catch (error) {
      net.collect(where, error);
    }
  };

  const collectReply = (where: string, { status, headers, text }: Reply) => {
    net.collect(`the headers of ${where}`, headers);
    const isMeantToHoldTheToken = status === 200 && /^GET .*(token|iframe-url)/.test(where);
    if (!isMeantToHoldTheToken) net.collect(`the body of ${where}`, text);
  };

  const collectReplies = async (app: PhoenixHost) => {
    const requests: [string, Record<string, string>][] = [
      ['GET /phoenix/token', KEY],
      ['GET /phoenix/token', { Authorization: `Bearer ${jwt}` }],
      [`GET /phoenix/iframe-url?address=${ALICE}`, { 'X-API-Key': API_KEYS[1] }],
      ['GET /phoenix/iframe-url?address=0x1&access_token=x', KEY],
      ['GET /phoenix/token', { 'X-API-Key': `${API_KEYS[0]}x` }],
      ['GET /phoenix/token', { Authorization: `Bearer ${jwt}x` }],
      ['GET /phoenix/token', { ...KEY, Origin: 'https://evil.example' }],
      ['POST /phoenix/token', KEY],
      ['OPTIONS /phoenix/token', KEY],
      ['GET /phoenix/health', {}],
      ['GET /phoenix/health/live', {}],
      ['GET /phoenix/health/ready', {}],
    ];
    for (const [request, headers] of requests) {
      const [method, path] = request.split(' ') as [string, string];
      collectReply(request, await app.send(method, path, headers));
    }
  };

  const collectInnards = ({ app, tokens }: PhoenixHost) => {
    net.collect('status()', tokens.status());
    net.collect('the settings', app.get(PHOENIX_SETTINGS, { strict: false }));
    net.collect('the life of the token', PhoenixTokenService.lifeOf(app.get(PhoenixTokenService)));
    const parts = [PhoenixTokenService, PhoenixIframeService, PhoenixHealthIndicator];
    for (const part of parts) net.collect(part.name, app.get<unknown>(part, { strict: false }));
  };

  /** Without a token, with one, with one that cannot be renewed, with one that was rejected, and closed. */
  const goThrough = async (app: PhoenixHost, fault: SandboxFault) => {
    app.tokens.events$.subscribe((event) => {
      net.collect(`the event ${event.type}`, event);
    });
    sandbox.setFault(fault);
    await collectOutcome('getAccessToken()', app.tokens.getAccessToken());
    collectInnards(app);
    await collectReplies(app);

    sandbox.clearFaults();
    await clock.advance(10_000);
    await app.tokens.refresh();
    await collectOutcome('getToken()', app.tokens.getToken());
    await collectReplies(app);

    sandbox.setFault(fault);
    await collectOutcome('refresh()', app.tokens.refresh());
    collectInnards(app);
    app.tokens.invalidate(sandbox.issuedTokens.at(-1)!);
    await collectOutcome('getToken()', app.tokens.getToken());
    await collectReplies(app);

    await app.close();
    await collectOutcome('getToken()', app.tokens.getToken());
  };

  const leaks = (): string[] => {
    for (const { level, parts } of logbook.entries) net.collect(`the log at ${level}`, parts);
    const form = (text: string) => new URLSearchParams([['', text]]).toString().slice(1);
    net
      .guard('the client secret', CLIENT_SECRET)
      .guard('the credentials', `${form(CLIENT_ID)}:${form(CLIENT_SECRET)}`)
      .guard('the JWT secret', JWT_SECRET)
      .guard('the JWT of a user', jwt);
    API_KEYS.forEach((key, index) => net.guard(`API key ${index + 1}`, key));
    sandbox.issuedTokens.forEach((token, index) => net.guard(`access token ${index + 1}`, token));
    return net.leaks;
  };

  it.each(PROMPT_FAULTS)('stay inside through %s', async (_, fault) => {
    await using app = await host().clock(clock).start();

    await goThrough(app, fault);

    expect(leaks()).toEqual([]);
  });

  it.each(ENDLESS_FAULTS)('stay inside through %s', async (_, fault) => {
    await using app = await host({ requestTimeoutMs: 100, acquireTimeoutMs: 100 }).start();

    await goThrough(app, fault);

    expect(leaks()).toEqual([]);
  });

  it('stay inside when the client secret cannot be read', async () => {
    const clientSecret = () => Promise.reject(new Error(`vault: cannot unwrap ${CLIENT_SECRET}`));
    await using app = await host({ clientSecret }).start();

    await collectOutcome('getAccessToken()', app.tokens.getAccessToken());
    await collectReplies(app);
    collectInnards(app);

    expect(leaks()).toEqual([]);
  });

  it('stay inside when lockParams returns something unusable', async () => {
    const lockParams = () => ({ memo: API_KEYS as never, access_token: sandbox.issuedTokens[0]! });
    await using app = await host({ lockParams }).start();
    await app.tokens.getAccessToken();

    await collectReplies(app);

    expect(leaks()).toEqual([]);
  });

  it('stay inside when there is no start without a token', async () => {
    sandbox.setFault({ kind: 'truncated' });

    net.collect('the error at boot', await host({ failFast: true }).failToStart());

    expect(leaks()).toEqual([]);
  });

  it('stay inside when the options are wrong', async () => {
    const wrong = { clientSecret: [CLIENT_SECRET], apiKeys: API_KEYS.join(), jwt: JWT_SECRET };

    net.collect('the error at boot', await host(wrong as never).failToStart());

    expect(leaks()).toEqual([]);
  });
});
