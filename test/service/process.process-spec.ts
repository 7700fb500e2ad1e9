import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { PhoenixSandbox } from '../../src/sandbox/index.js';
import { DEFAULT_LIMITS, type AppLimits } from '../../src/service/app-limits.js';
import { eventually } from '../support/redis-server.js';
import { ServiceProcess } from './service-process.js';
import { API_KEY, environmentFor } from './service.js';

async function urlOf(service: ServiceProcess): Promise<string> {
  const [, port = ''] = await service.printed(/"Listening on port (\d+)/);
  return `http://127.0.0.1:${port}`;
}

/** A request whose body never comes, and that the service has begun to handle. */
async function beginRequest(service: ServiceProcess): Promise<Socket> {
  const { port } = new URL(await urlOf(service));
  const socket = connect(Number(port), '127.0.0.1').on('error', () => undefined);
  await once(socket, 'connect');
  const headers = ['Host: localhost', 'Content-Length: 100', 'Expect: 100-continue'];
  socket.write(`POST /nowhere HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`);
  const [reply] = (await once(socket, 'data')) as [Buffer];
  expect(reply.toString()).toMatch(/^HTTP\/1\.1 100 Continue/);
  socket.write('{');
  return socket;
}

/** A working directory without a `.env` of ours. */
const emptyDirectory = (): string => mkdtempSync(join(tmpdir(), 'phoenix-'));

const STACK = /^\s+at /m;

describe('the service as a process', () => {
  let sandbox: PhoenixSandbox;

  beforeEach(async () => {
    sandbox = await PhoenixSandbox.start();
  });
  afterEach(() => sandbox.close());

  it('hands out the token and ends by itself when asked to', async () => {
    await using service = new ServiceProcess('main.js', environmentFor(sandbox));
    const reply = await fetch(`${await urlOf(service)}/phoenix/token`, {
      headers: { 'X-API-Key': API_KEY },
    });
    expect(reply.status).toBe(200);
    expect(((await reply.json()) as { access_token: string }).access_token).toBe(
      sandbox.issuedTokens[0],
    );
    expect(await service.signal('SIGTERM')).toEqual({ code: 0, signal: null });
  });

  /** The service with limits that a test can wait for. */
  const limited = (limits: AppLimits): ServiceProcess =>
    new ServiceProcess('../test/service/limited-main.mjs', {
      ...environmentFor(sandbox),
      LIMITS: JSON.stringify(limits),
    });

  it('waits for the rest of a request, but not for ever', async () => {
    await using service = limited({ requestTimeoutMs: 500, shutdownGraceMs: 60_000 });
    const began = performance.now();
    expect(await text(await beginRequest(service))).toContain('HTTP/1.1 408 Request Timeout');
    expect(performance.now() - began).toBeGreaterThan(450);
  });

  it('lets a request under way go on when it is asked to end, but not for ever', async () => {
    await using service = limited({ requestTimeoutMs: 60_000, shutdownGraceMs: 500 });
    const cut = text(await beginRequest(service));
    const began = performance.now();
    expect(await service.signal('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(performance.now() - began).toBeGreaterThan(450);
    await cut;
  });

  it('waits ten seconds for either, as README says', () => {
    expect(DEFAULT_LIMITS).toEqual({ requestTimeoutMs: 10_000, shutdownGraceMs: 10_000 });
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    expect(readme).toContain('lets requests under way end, for ten seconds at most');
    expect(readme).toContain('A request that has not arrived after ten seconds gets 408');
  });

  it('warns of variables that nothing reads, unless Kubernetes set them for a Service', async () => {
    await using service = new ServiceProcess('main.js', {
      ...environmentFor(sandbox),
      PHOENIX_ALLOWED_ORIGIN: 'https://shop.example',
      PHOENIX_SERVICE_HOST: '10.0.0.1',
      PHOENIX_PORT: 'tcp://10.0.0.1:80',
      PHOENIX_PORT_80_TCP_ADDR: '10.0.0.1',
      PHOENIX_REDIS_SERVICE_HOST: '10.0.0.2',
      PHOENIX_REDIS_SERVICE_PORT: '6379',
      PHOENIX_REDIS_SERVICE_PORT_REDIS: '6379',
      PHOENIX_REDIS_PORT: 'tcp://10.0.0.2:6379',
      PHOENIX_REDIS_PORT_6379_TCP: 'tcp://10.0.0.2:6379',
      PHOENIX_STORE_PORT: '6379',
      LOG_LEVEL: 'log',
    });
    await urlOf(service);
    const warnings = service.log.filter(({ level }) => level === 'warn');
    expect(warnings.map(({ message }) => message)).toEqual([
      'PHOENIX_ALLOWED_ORIGIN is set, but nothing reads it. Check its spelling.',
      'PHOENIX_STORE_PORT is set, but nothing reads it. Check its spelling.',
    ]);
  });

  it('logs each request as JSON, probes for debugging only, without query, token or key', async () => {
    await using service = new ServiceProcess('main.js', environmentFor(sandbox));
    const url = await urlOf(service);
    await fetch(`${url}/phoenix/iframe-url?address=nonsense-in-the-query`, {
      headers: { 'X-API-Key': API_KEY },
    });
    await fetch(`${url}/health/live`);
    await fetch(`${url}/phoenix/token`, { headers: { 'X-API-Key': API_KEY } });
    await service.printed(/GET \/phoenix\/token 200/);

    expect(service.log).toContainEqual(
      expect.objectContaining({
        context: 'Access',
        message: 'GET /phoenix/iframe-url 400',
        method: 'GET',
        path: '/phoenix/iframe-url',
        status: 400,
        durationMs: expect.any(Number) as number,
      }),
    );
    const probe = service.log.find(({ path }) => path === '/health/live');
    expect(probe).toMatchObject({ level: 'debug', message: 'GET /health/live 200' });
    const printed = service.stdout + service.stderr;
    for (const secret of ['nonsense', API_KEY, sandbox.clientSecret, ...sandbox.issuedTokens]) {
      expect(printed).not.toContain(secret);
    }
  });

  it('reads variables without the white space around them', async () => {
    const { PORT, HOST, PHOENIX_API_KEYS, ...rest } = environmentFor(sandbox);
    await using service = new ServiceProcess('main.js', {
      ...rest,
      PORT: `${PORT}\r`,
      HOST: ` ${HOST}\n`,
      PHOENIX_API_KEYS: `${PHOENIX_API_KEYS}\r\n`,
      LOG_LEVEL: 'log\n',
      LOG_FORMAT: '\tjson',
      TRUST_PROXY: 'false ',
      PHOENIX_RATE_LIMIT_PER_MINUTE: ' 1 ',
      PHOENIX_DOCS: ' false',
    });
    const url = await urlOf(service);
    expect(
      (await fetch(`${url}/phoenix/token`, { headers: { 'X-API-Key': API_KEY } })).status,
    ).toBe(200);
  });

  it('reads .env of its working directory, and the environment above it', async () => {
    const directory = emptyDirectory();
    const { PHOENIX_CLIENT_SECRET: secret = '', ...rest } = environmentFor(sandbox);
    writeFileSync(join(directory, '.env'), `PHOENIX_CLIENT_SECRET=${secret}\nLOG_LEVEL=error\n`);
    await using service = new ServiceProcess('main.js', rest, directory);
    const reply = await fetch(`${await urlOf(service)}/phoenix/token`, {
      headers: { 'X-API-Key': API_KEY },
    });
    expect(reply.status).toBe(200);
  });

  it('reads the secret anew from its file, so that it can be rotated', async () => {
    const file = join(emptyDirectory(), 'secret');
    const { PHOENIX_CLIENT_SECRET: secret = '', ...rest } = environmentFor(sandbox);
    writeFileSync(file, `${secret}\n`);
    sandbox.setFault({ kind: 'token', set: { expires_in: 2 } });
    await using service = new ServiceProcess('main.js', {
      ...rest,
      PHOENIX_CLIENT_SECRET_FILE: file,
    });
    const url = await urlOf(service);
    await sandbox.tokenRequestArrived(1);

    writeFileSync(file, 'the new secret\n');
    sandbox.rotateSecret('the new secret');
    sandbox.clearFaults();
    const issued = sandbox.issuedTokens.length;

    await eventually(() => sandbox.issuedTokens.length > issued);
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
  });

  it('lists every problem of its configuration, and nothing else, and ends with 1', async () => {
    const service = new ServiceProcess(
      'main.js',
      {
        PORT: 'http',
        PHOENIX_CLIENT_SECRET: 'top secret',
        PHOENIX_API_KEYS: 'short',
        LOG_FORMAT: 'xml',
        TRUST_PROXY: '10.0.0.0/33',
      },
      emptyDirectory(),
    );
    expect(await service.exited).toEqual({ code: 1, signal: null });
    expect(service.stdout).toBe('');
    expect(service.stderr.split('\n')).toEqual([
      'The service cannot start, because its configuration is wrong:',
      expect.stringMatching(/- PHOENIX_CLIENT_ID is missing\. Give /),
      expect.stringMatching(/- PHOENIX_API_KEYS \(item 1\) is shorter than 16 characters\. Give /),
      expect.stringMatching(/- PORT must be a whole number\. Set /),
      expect.stringMatching(/- TRUST_PROXY /),
      expect.stringMatching(/- LOG_FORMAT must be one of json, pretty\. Use /),
      '',
    ]);
  });

  it('says which credentials are missing when nobody could call', async () => {
    const misspelt = { PHOENIX_API_KEYS: '', PHOENIX_APIKEYS: API_KEY };
    const open = { ...environmentFor(sandbox), ...misspelt };
    const service = new ServiceProcess('main.js', open, emptyDirectory());
    expect(await service.exited).toEqual({ code: 1, signal: null });
    expect(service.stderr).toMatch(/PHOENIX_API_KEYS, .*PHOENIX_JWT_JWKS_URL are all missing/);
    expect(service.stderr).toContain('- PHOENIX_APIKEYS is set, but nothing reads it. Check its');
  });

  it('names a port that is taken, and ends with 1', async () => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    const { port } = squatter.address() as { port: number };
    const service = new ServiceProcess('main.js', {
      ...environmentFor(sandbox),
      PORT: String(port),
    });
    expect(await service.exited).toEqual({ code: 1, signal: null });
    squatter.close();
    expect(service.stderr.split('\n').slice(-2)).toEqual([
      `Port ${port} on 127.0.0.1 is in use. Stop the program that holds it, or set PORT to a free one.`,
      '',
    ]);
    expect(service.stderr).not.toMatch(STACK);
  });

  it.each(['192.0.2.1', 'host.invalid'])(
    'says that %s is not its own address, and ends with 1',
    async (HOST) => {
      const service = new ServiceProcess('main.js', { ...environmentFor(sandbox), HOST });
      expect(await service.exited).toEqual({ code: 1, signal: null });
      expect(service.stderr).toMatch(
        new RegExp(
          `^${HOST} is not an address of this machine \\(E\\w+\\)\\. Set HOST to .*\\.$`,
          'm',
        ),
      );
      expect(service.stderr).not.toMatch(STACK);
    },
  );

  it('refuses to start without a token when told to, saying why', async () => {
    const service = new ServiceProcess('main.js', {
      ...environmentFor(sandbox),
      PHOENIX_CLIENT_SECRET: 'wrong',
      PHOENIX_FAIL_FAST: 'true',
    });
    expect(await service.exited).toEqual({ code: 1, signal: null });
    expect(service.stderr).toMatch(/^Phoenix refused to issue a token: invalid_client/m);
  });
});
