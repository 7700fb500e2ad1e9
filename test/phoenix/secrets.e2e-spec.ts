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
import { phoenixHost, type HostKind, type PhoenixHost, type Reply } from './harness.js';
import { LeakNet } from './leak-net.js';
import { Logbook } from './logbook.js';

const CLIENT_ID = 'partner';
const CLIENT_SECRET = 'client-s€cret/of+the partner';
const API_KEYS = ['first-api-key-0123456789', 'second-api-key-0123456789'] as const;
const JWT_SECRET = 'a shared secret of thirty-two bytes, or more';
const ALICE = '0x52908400098527886E0F7030069857D2E4169EE7';
const KEY = { 'X-API-Key': API_KEYS[0] };

type Style = Required<Pick<PhoenixOptions, 'tokenRequestFormat' | 'clientAuthentication'>>;
/** One fault of each kind that is told apart. */
const FAULT_OF_EACH_CODE = PROMPT_FAULTS.filter(
  ([, , code], index) => index === PROMPT_FAULTS.findIndex((other) => other[2] === code),
);

/** Each way to send the credentials, on one of the platforms; every fault needs only one of them. */
const CASES: readonly (Style & { kind: HostKind; prompt: typeof PROMPT_FAULTS })[] = [
  {
    tokenRequestFormat: 'json',
    clientAuthentication: 'body',
    kind: { platform: 'express', form: 'forRoot' },
    prompt: PROMPT_FAULTS,
  },
  {
    tokenRequestFormat: 'form',
    clientAuthentication: 'basic',
    kind: { platform: 'fastify', form: 'forRootAsync' },
    prompt: FAULT_OF_EACH_CODE,
  },
];

/** What depends on the token. */
const PROBES: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ['GET /phoenix/token', KEY],
  [`GET /phoenix/iframe-url?address=${ALICE}&amount=10`, { 'X-API-Key': API_KEYS[1] }],
  ['GET /phoenix/health', {}],
  ['GET /phoenix/health/live', {}],
  ['GET /phoenix/health/ready', {}],
];

describe.each(CASES)('Secrets sent as $tokenRequestFormat in $clientAuthentication', (styled) => {
  const { kind, prompt, ...style } = styled;
  const logbook = new Logbook();
  let clock: FakeClock;
  let sandbox: PhoenixSandbox;
  let jwt: string;
  let net: LeakNet;
  let issuedBefore: number;

  beforeAll(async () => {
    sandbox = await PhoenixSandbox.start({ clientId: CLIENT_ID, clientSecret: CLIENT_SECRET });
    jwt = await new SignJWT({ sub: 'alice' })
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime('1h')
      .sign(new TextEncoder().encode(JWT_SECRET));
  });
  beforeEach(() => {
    clock = new FakeClock();
    sandbox.clearFaults();
    logbook.entries.length = 0;
    net = new LeakNet();
    issuedBefore = sandbox.issuedTokens.length;
    for (const stream of [process.stdout, process.stderr]) {
      jest.spyOn(stream, 'write').mockImplementation((chunk) => {
        net.collect('standard output', String(chunk));
        return true;
      });
    }
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  afterAll(() => sandbox.close());

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

  const collectReplies = async (app: PhoenixHost, requests = PROBES) => {
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

  const collectEvents = ({ tokens }: PhoenixHost) =>
    tokens.events$.subscribe((event) => {
      net.collect(`the event ${event.type}`, event);
    });

  /** Without a token, with one that cannot be renewed, and with one that was rejected. */
  const goThrough = async (app: PhoenixHost, fault: SandboxFault) => {
    collectEvents(app);
    sandbox.setFault(fault);
    await collectOutcome('getAccessToken()', app.tokens.getAccessToken());
    collectInnards(app);
    await collectReplies(app);

    sandbox.clearFaults();
    await clock.advance(10_000);
    await app.tokens.refresh();
    await collectOutcome('getToken()', app.tokens.getToken());

    sandbox.setFault(fault);
    await collectOutcome('refresh()', app.tokens.refresh());
    app.tokens.invalidate(sandbox.issuedTokens.at(-1)!);
    await collectOutcome('getToken()', app.tokens.getToken());
    collectInnards(app);
    await collectReplies(app);
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
    const issued = sandbox.issuedTokens.slice(issuedBefore);
    issued.forEach((token, index) => net.guard(`access token ${index + 1}`, token));
    return net.leaks;
  };

  it.each(prompt)('stay inside through %s', async (_, fault) => {
    await using app = await host().clock(clock).start();

    await goThrough(app, fault);

    expect(leaks()).toEqual([]);
  });

  it.each(ENDLESS_FAULTS)('stay inside through %s', async (_, fault) => {
    await using app = await host({ requestTimeoutMs: 100, acquireTimeoutMs: 100 }).start();

    await goThrough(app, fault);

    expect(leaks()).toEqual([]);
  });

  it('stay inside whatever is asked, before the first token, with one, and after the end', async () => {
    await using app = await host().clock(clock).start();
    collectEvents(app);
    const requests: typeof PROBES = [
      ...PROBES,
      ['GET /phoenix/token', { Authorization: `Bearer ${jwt}` }],
      ['GET /phoenix/iframe-url?address=0x1&access_token=x', KEY],
      ['GET /phoenix/token', { 'X-API-Key': `${API_KEYS[0]}x` }],
      ['GET /phoenix/token', { Authorization: `Bearer ${jwt}x` }],
      ['GET /phoenix/token', { ...KEY, Origin: 'https://evil.example' }],
      ['POST /phoenix/token', KEY],
      ['OPTIONS /phoenix/token', KEY],
    ];

    sandbox.setFault({ kind: 'status', status: 503 });
    collectInnards(app);
    await collectReplies(app, requests);
    sandbox.clearFaults();
    await app.tokens.refresh();
    await collectOutcome('getToken()', app.tokens.getToken());
    collectInnards(app);
    await collectReplies(app, requests);
    await app.close();
    await collectOutcome('getToken()', app.tokens.getToken());
    await collectOutcome('getAccessToken()', app.tokens.getAccessToken());
    collectInnards(app);

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

  it('stay inside when a payment link comes back to us, in a request or out of lockParams', async () => {
    const lockParams = ({ headers }: { headers: Record<string, string | undefined> }) =>
      headers['x-link'] === undefined ? {} : { urlParams: [headers['x-link']] as never };
    await using app = await host({ lockParams, paymentLinks: true }).start();
    const link = `address=${ALICE}&amount=1.46&shareOn=true&access_token=${await app.tokens.getAccessToken()}`;
    const inQuery = encodeURIComponent(link);

    await collectReplies(app, [
      [`GET /phoenix/iframe-url?address=${ALICE}&amount=1.46&shareOn=true`, KEY],
      [`GET /phoenix/iframe-url?urlParams=${inQuery}&amount=0`, KEY],
      [`GET /phoenix/iframe-url?paymentLinkURL=${inQuery}&paymentLinkURL=${inQuery}`, KEY],
      [`GET /phoenix/iframe-url?address=${ALICE}&amount=${inQuery}`, KEY],
      [`GET /phoenix/iframe-url?address=${ALICE}&amount=1`, { ...KEY, 'X-Link': link }],
    ]);

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
