import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { HttpService } from '@nestjs/axios';
import { Logger } from '@nestjs/common';
import axios from 'axios';
import { FakeClock } from '../../../test/support/fake-clock.js';
import { PhoenixError } from '../phoenix-error.js';
import type { PhoenixOptions } from '../phoenix.options.js';
import { PhoenixRegistration } from '../phoenix.registration.js';
import { settingsFrom } from '../phoenix.settings.js';
import { TokenEndpoint } from './token-endpoint.js';

const SECRET = 'the-client-secret';
const GOOD = JSON.stringify({
  access_token: 'a1b2c3',
  token_type: 'Bearer',
  expires_in: 3600,
  scope: ['iframe'],
});

interface Received {
  readonly method: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

let vendor: Server;
let received: Received[];
let answer: (response: ServerResponse) => void;
let address: string;

beforeEach(async () => {
  received = [];
  answer = (response) => response.end(GOOD);
  vendor = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += String(chunk)));
    request.on('end', () => {
      received.push({ method: request.method, headers: request.headers, body });
      answer(response);
    });
  });
  await new Promise<void>((resolve) => vendor.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(vendor.address() as AddressInfo).port}/oauth/token`;
});

afterEach(async () => {
  vendor.closeAllConnections();
  await new Promise((resolve) => vendor.close(resolve));
});

function endpoint(
  options: Partial<PhoenixOptions> = {},
  http = axios.create(),
  clock = new FakeClock(),
) {
  const settings = settingsFrom({
    clientId: 'the-client-id',
    clientSecret: SECRET,
    tokenUrl: address,
    ...options,
  });
  return new TokenEndpoint(new HttpService(http), settings, clock, new PhoenixRegistration());
}

function request(of = endpoint(), signal = new AbortController().signal) {
  return of.requestToken(signal, SECRET);
}

async function failureOf(promise: Promise<unknown>): Promise<PhoenixError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(PhoenixError);
  expect(inspect(error, { showHidden: true, depth: 9 })).not.toContain(SECRET);
  return error as PhoenixError;
}

describe('a request', () => {
  it('posts the credentials as JSON and gets a token', async () => {
    const token = await request();
    expect(token).toMatchObject({ value: 'a1b2c3', lifetimeMs: 3_600_000, scope: ['iframe'] });
    expect(received).toHaveLength(1);
    expect(received[0]).toMatchObject({
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
    });
    expect(JSON.parse(received[0]?.body ?? '')).toEqual({
      grant_type: 'client_credentials',
      client_id: 'the-client-id',
      client_secret: SECRET,
    });
  });

  it('posts a form with HTTP Basic when configured so', async () => {
    await request(endpoint({ tokenRequestFormat: 'form', clientAuthentication: 'basic' }));
    expect(received[0]?.headers).toMatchObject({
      'content-type': 'application/x-www-form-urlencoded',
      authorization: `Basic ${Buffer.from(`the-client-id:${SECRET}`).toString('base64')}`,
    });
    expect(received[0]?.body).toBe('grant_type=client_credentials');
  });

  it('carries none of the credentials that the host has put on its client', async () => {
    const http = axios.create({ headers: { Authorization: 'Bearer of-the-host' } });
    await request(endpoint({}, http));
    expect(received[0]?.headers.authorization).toBeUndefined();
  });

  it('stays on this machine when it is not encrypted, whatever proxy the environment names', async () => {
    const overheard: string[] = [];
    const proxy = createServer((proxied, response) => {
      overheard.push(proxied.url ?? '');
      response.end(GOOD);
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    process.env.HTTP_PROXY = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    try {
      await request();
    } finally {
      delete process.env.HTTP_PROXY;
      proxy.close();
    }
    expect(received).toHaveLength(1);
    expect(overheard).toEqual([]);
  });

  it('starts the life of the token', async () => {
    const clock = new FakeClock();
    const slowReply = new Promise<void>((resolve) => {
      answer = (response) => {
        void clock.advance(4_000).then(() => {
          response.end(GOOD);
          resolve();
        });
      };
    });
    const [token] = await Promise.all([request(endpoint({}, axios.create(), clock)), slowReply]);
    expect(token.remainingMs()).toBe(3_596_000);
  });
});

describe('a reply', () => {
  it('may be compressed', async () => {
    answer = (response) => {
      response.setHeader('content-encoding', 'gzip');
      response.end(gzipSync(GOOD));
    };
    await expect(request()).resolves.toHaveProperty('value', 'a1b2c3');
  });

  it.each([301, 302, 303, 307, 308])(
    'that redirects (%s) is refused, and the secret goes nowhere else',
    async (status) => {
      answer = (response) => {
        response.writeHead(status, { location: `${address}/elsewhere` });
        response.end();
      };
      expect(await failureOf(request())).toMatchObject({ code: 'redirect_refused', status });
      expect(received).toHaveLength(1);
    },
  );

  it.each([
    ['as it comes', (body: string, response: ServerResponse) => response.end(body)],
    [
      'once unpacked',
      (body: string, response: ServerResponse) => {
        response.setHeader('content-encoding', 'gzip');
        response.end(gzipSync(body));
      },
    ],
  ])('of more than 64 KiB %s is refused', async (_, send) => {
    const padded = `${GOOD}${' '.repeat(64 * 1024)}`;
    answer = (response) => {
      send(padded, response);
    };
    const error = await failureOf(request());
    expect(error.code).toBe('invalid_response');
    expect(error.message).toContain('larger than 65536 bytes');
  });

  it('of 64 KiB is read', async () => {
    answer = (response) => response.end(GOOD.padEnd(64 * 1024));
    await expect(request()).resolves.toHaveProperty('value', 'a1b2c3');
  });

  it('of the wrong kind is an invalid response', async () => {
    answer = (response) => response.end('<html>hello</html>');
    expect((await failureOf(request())).code).toBe('invalid_response');
  });

  it('with an OAuth error keeps its name', async () => {
    answer = (response) => {
      response.writeHead(401);
      response.end(JSON.stringify({ error: 'invalid_client', error_description: SECRET }));
    };
    expect(await failureOf(request())).toMatchObject({ code: 'invalid_client', status: 401 });
  });

  it('with Retry-After passes it on', async () => {
    answer = (response) => {
      response.writeHead(503, { 'retry-after': '7' });
      response.end();
    };
    expect(await failureOf(request())).toMatchObject({ code: 'server_error', retryAfterMs: 7_000 });
  });

  describe.each([
    ['that is too large', (response: ServerResponse) => response.end('x'.repeat(65 * 1024))],
    [
      'that breaks off',
      (response: ServerResponse) => response.write('x', () => response.socket?.destroy()),
    ],
  ])('of an error, with a body %s,', (_, send) => {
    it.each([
      [429, 'rate_limited'],
      [503, 'server_error'],
      [401, 'invalid_client'],
      [403, 'request_rejected'],
    ])('is still what its status and Retry-After say (%s)', async (status, code) => {
      answer = (response) => {
        response.writeHead(status, { 'retry-after': '7' });
        send(response);
      };
      expect(await failureOf(request())).toMatchObject({ code, status, retryAfterMs: 7_000 });
    });
  });

  it.each([
    [503, 'server_error'],
    [429, 'rate_limited'],
    [401, 'invalid_client'],
    [403, 'request_rejected'],
  ])(
    'of an error (%s) is not waited for to the end of its body, and its connection is closed',
    async (status, code) => {
      const clock = new FakeClock();
      const closed = new Promise((resolve) => {
        answer = (response) => {
          response.on('close', resolve);
          response.writeHead(status, { 'retry-after': '7' });
          response.write('and then nothing more');
        };
      });
      const failure = failureOf(request(endpoint({}, axios.create(), clock)));
      while (clock.pendingTimers === 0) await nextTurn();
      await clock.advance(1_000);
      expect(await failure).toMatchObject({ code, status, retryAfterMs: 7_000 });
      await closed;
      expect(clock.pendingTimers).toBe(0);
    },
  );

  it('of an error has half of the time of the request to say why', async () => {
    const clock = new FakeClock();
    answer = (response) => {
      response.writeHead(503);
      response.write('{"error":');
    };
    const of = endpoint({ requestTimeoutMs: 100 }, axios.create(), clock);
    const failure = failureOf(request(of));
    while (clock.pendingTimers === 0) await nextTurn();
    await clock.advance(50);
    expect(await failure).toMatchObject({ code: 'server_error', status: 503 });
  });

  it('names other encodings until this configuration has obtained a token', async () => {
    const of = endpoint();
    answer = (response) => response.writeHead(415).end();
    expect((await failureOf(request(of))).message).toContain("tokenRequestFormat: 'form'");
    answer = (response) => response.writeHead(201).end(GOOD);
    await request(of);
    answer = (response) => response.writeHead(415).end();
    expect((await failureOf(request(of))).message).not.toContain("tokenRequestFormat: 'form'");
    expect((await failureOf(request())).message).toContain("tokenRequestFormat: 'form'");
  });

  it('of an error is told without the token that was issued, and the one that is to be replaced', async () => {
    const of = endpoint();
    const { signal } = new AbortController();
    answer = (response) => response.end(GOOD.replace('a1b2c3', 'token-of-another-replica'));
    const held = await request(endpoint());
    answer = (response) => response.end(GOOD.replace('a1b2c3', 'token-of-our-own'));
    await request(of);
    answer = (response) => {
      const error_description = 'Not token-of-our-own, token-of-another-replica.';
      response.writeHead(400).end(JSON.stringify({ error: 'invalid_request', error_description }));
    };
    const error = await failureOf(of.requestToken(signal, SECRET, held));
    expect(error.vendorDescription).toBe('Not ***, ***.');
  });
});

describe('a lifetime that is told nowhere', () => {
  it('is the assumed one, which a warning says once', async () => {
    const warnings: unknown[] = [];
    Logger.overrideLogger({
      log: () => undefined,
      error: () => undefined,
      warn: (message: unknown) => warnings.push(message),
    });
    try {
      answer = (response) =>
        response.end(JSON.stringify({ ...JSON.parse(GOOD), expires_in: undefined }));
      const of = endpoint({ assumedLifetimeSeconds: 14 });
      expect((await request(of)).lifetimeMs).toBe(14_000);
      await request(of);
      expect(warnings).toEqual([
        expect.stringMatching(
          /14 s are assumed.*assumedLifetimeSeconds.*PHOENIX_ASSUMED_LIFETIME_SECONDS/,
        ),
      ]);
      answer = (response) => response.end(GOOD);
      await request(endpoint());
      expect(warnings).toHaveLength(1);
    } finally {
      Logger.overrideLogger(false);
    }
  });
});

describe('a connection', () => {
  it('that is refused is a network error with its system code', async () => {
    const nowhere = endpoint({ tokenUrl: 'http://127.0.0.1:1/' });
    const error = await failureOf(request(nowhere));
    expect(error.code).toBe('network_error');
    expect(error.message).toContain('ECONNREFUSED');
    expect(error.cause).toBeUndefined();
  });

  it('that breaks in the middle of the body is a network error', async () => {
    answer = (response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write(GOOD.slice(0, 20), () => response.socket?.destroy());
    };
    const error = await failureOf(request());
    expect(error.code).toBe('network_error');
    expect(error.message).toContain('ECONNRESET');
  });

  it('is closed by an abort, even in the middle of the body', async () => {
    const abort = new AbortController();
    const closed = new Promise<boolean>((resolve) => {
      answer = (response) => {
        response.on('close', () => {
          resolve(true);
        });
        response.writeHead(200, { 'content-length': '1000' });
        response.write(GOOD.slice(0, 20), () => {
          abort.abort();
        });
      };
    });
    expect((await failureOf(request(endpoint(), abort.signal))).code).toBe('network_error');
    await expect(closed).resolves.toBe(true);
  });

  it('that fails for a reason of the host’s own making is a network error without it', async () => {
    const http = axios.create();
    http.interceptors.request.use(() => {
      throw new Error(SECRET);
    });
    expect((await failureOf(request(endpoint({}, http)))).code).toBe('network_error');
  });
});
