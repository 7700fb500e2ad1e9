import { createHmac } from 'node:crypto';
import { PhoenixSandbox } from '../../src/sandbox/index.js';
import { RawConnection, rawRequest } from './raw-connection.js';
import { json, parameters, postJson, until } from './requests.js';

const JSON_TYPE = { 'Content-Type': 'application/json' };
const ONE_MIB = 2 ** 20;

describe('The HTTP server of the sandbox', () => {
  const lines: unknown[] = [];
  const write = (line: unknown) => lines.push(line);
  let now: () => number;
  let sandbox: PhoenixSandbox;
  let connection: RawConnection;

  beforeEach(async () => {
    now = Date.now;
    sandbox = await PhoenixSandbox.start({
      now: () => now(),
      signingKey: 'key',
      logger: { log: write, error: write, warn: write },
    });
    connection = await RawConnection.open(sandbox);
    lines.length = 0;
  });
  afterEach(async () => {
    connection.destroy();
    await sandbox.close();
  });

  const replyTo = async (text: string) => (await connection.send(text).replies(1))[0]!;
  const stillAnswers = async (afterReplies: number) => {
    connection.send(rawRequest('GET', '/sandbox/faults'));
    const replies = await connection.replies(afterReplies + 1);
    return replies[afterReplies]!.startsWith('HTTP/1.1 200 OK');
  };

  it.each([
    ['GET', '/nowhere?x=<1>', 'Cannot GET /nowhere?x=<1>'],
    ['POST', '/oauth/token/', 'Cannot POST /oauth/token/'],
    ['PUT', '/OAUTH/token', 'Cannot PUT /OAUTH/token'],
    ['OPTIONS', '*', 'Cannot OPTIONS *'],
    ['GET', '//', 'Cannot GET //'],
  ])('knows no %s %s', async (method, path, message) => {
    expect(await replyTo(rawRequest(method, path))).toMatch(/^HTTP\/1\.1 404 Not Found\r\n/);
    expect(connection.received).toContain(
      `\r\n\r\n${JSON.stringify({ message, error: 'Not Found', statusCode: 404 })}`,
    );
  });

  it.each([
    ['POST', '/', 'GET, HEAD'],
    ['PATCH', '/sandbox/faults', 'GET, HEAD, POST, PUT, DELETE'],
    ['OPTIONS', '/sandbox/faults', 'GET, HEAD, POST, PUT, DELETE'],
    ['TRACE', '/sandbox/stats', 'GET, HEAD, DELETE'],
    ['QUERY', '/oauth/token', 'POST'],
  ])('answers %s %s with 405 and the methods that are allowed', async (method, path, allowed) => {
    const reply = await replyTo(rawRequest(method, path));
    expect(reply).toMatch(/^HTTP\/1\.1 405 Method Not Allowed\r\n/);
    expect(reply).toContain(`\r\nAllow: ${allowed}\r\n`);
    expect(reply).not.toMatch(/^access-control-/im);
  });

  it.each(['/', '/sandbox/faults', '/sandbox/stats', '/sandbox/redirect-target'])(
    'answers HEAD %s as GET, without the body',
    async (path) => {
      const lengthOf = (text: string) => /^content-length: (\d+)/im.exec(text)?.[1];
      const get = await replyTo(rawRequest('GET', path));
      connection.received = '';
      connection.send(rawRequest('HEAD', path));
      const head = await connection.receives((text) => text.endsWith('\r\n\r\n'));
      expect(head.split('\r\n', 1)).toEqual(get.split('\r\n', 1));
      expect(lengthOf(head)).toBe(lengthOf(get));
    },
  );

  it.each(['/%6fauth/token', 'http://127.0.0.1/oauth/token', '/oauth/token?x=%'])(
    'finds the token endpoint at %s',
    async (path) => {
      const body = JSON.stringify(parameters(sandbox));
      expect(await replyTo(rawRequest('POST', path, JSON_TYPE, body))).toMatch('200 OK');
    },
  );

  it('finds the page behind a bare origin', async () => {
    expect(await replyTo(rawRequest('GET', 'http://127.0.0.1'))).toMatch('401 Unauthorized');
  });

  it.each(['/%', '/%zz?x', '/%c0%af'])('answers 400 to the path %s', async (path) => {
    expect(await replyTo(rawRequest('GET', path))).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(connection.received).toContain('"message":"The path');
    expect(await stillAnswers(1)).toBe(true);
  });

  it.each([
    'hello\r\n\r\n',
    'GET / HTTP/1.1\r\n\r\n',
    '\x16\x03\x01\x02\x00\x01',
    'FOO / HTTP/1.1',
  ])('answers 400 to what is not HTTP, and closes: %j', async (text) => {
    connection.send(text);
    expect(await connection.closed()).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect((await postJson(sandbox)).status).toBe(200);
  });

  describe('a body', () => {
    it('of 1 MiB is read', async () => {
      const body = JSON.stringify(parameters(sandbox)).padEnd(ONE_MIB);
      expect(await replyTo(rawRequest('POST', '/oauth/token', JSON_TYPE, body))).toMatch('200 OK');
    });

    const chunk = `${(ONE_MIB + 1).toString(16)}\r\n${'x'.repeat(ONE_MIB + 1)}\r\n`;
    const chunked = 'Host: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n';
    it.each([
      ['says so', (type: string) => rawRequest('POST', type, JSON_TYPE, 'x'.repeat(ONE_MIB + 1))],
      [
        'comes in chunks',
        (path: string) =>
          `POST ${path} HTTP/1.1\r\n${chunked}Content-Type: application/json\r\n\r\n${chunk}0\r\n\r\n`,
      ],
    ])('that is longer and %s is refused, and the connection goes on', async (_, send) => {
      sandbox.setFault({ kind: 'hang' });
      const token = await replyTo(send('/oauth/token'));
      expect(token).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
      expect(token).toContain('"error":"invalid_request"');

      const [, faults] = await connection.send(send('/sandbox/faults')).replies(2);
      expect(faults).toMatch(/^HTTP\/1\.1 413 Payload Too Large\r\n/);
      expect(faults).toContain('longer than 1 MiB');
      expect(await stillAnswers(2)).toBe(true);
      expect(sandbox.stats().tokenRequests).toMatchObject({ total: 1, byStatus: { 400: 1 } });
    });

    it('that is too long is refused before all of it has come', async () => {
      connection.send(
        `POST /oauth/token HTTP/1.1\r\n${chunked}Content-Type: text/plain\r\n\r\n${chunk}`,
      );
      expect((await connection.replies(1))[0]).toMatch('400 Bad Request');
    });

    it('that never comes whole is no request', async () => {
      const whole = rawRequest('POST', '/oauth/token', JSON_TYPE, 'x'.repeat(99));
      connection.send(whole.slice(0, -50));
      const other = await RawConnection.open(sandbox);
      other.send(whole.slice(0, -1));
      expect((await postJson(sandbox)).status).toBe(200);
      connection.destroy();
      other.destroy();
      expect((await postJson(sandbox)).status).toBe(200);
      expect(sandbox.stats().tokenRequests.total).toBe(2);
      expect(lines).toEqual([]);
    });
  });

  it('answers 500 when its clock throws, logs why, and goes on', async () => {
    now = () => {
      throw new Error('the clock of the test is broken');
    };
    const response = await postJson(sandbox);
    expect(response.status).toBe(500);
    expect(await json(response)).toEqual({ statusCode: 500, message: 'Internal server error' });
    expect(String(lines[0])).toContain('the clock of the test is broken');

    now = Date.now;
    expect((await postJson(sandbox)).status).toBe(200);
  });

  it('ends idle, silent, half-sent and held connections when it closes', async () => {
    sandbox.setFault({ kind: 'hang' });
    const others = await Promise.all([1, 2, 3].map(() => RawConnection.open(sandbox)));
    await replyTo(rawRequest('GET', '/nowhere'));
    others[0]!.send('POST /oauth/token HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nx');
    others[1]!.send(rawRequest('POST', '/oauth/token'));
    await sandbox.tokenRequestArrived(1);
    await sandbox.close();
    await Promise.all([connection, ...others].map((one) => one.closed()));
    expect(sandbox.stats().tokenRequests).toMatchObject({ total: 1 });
    await until(() => sandbox.stats().tokenRequests.pending === 0);
  });

  describe('accepts as a token', () => {
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const seconds = () => Math.floor(Date.now() / 1000);
    const pageStatus = async (token: string) => {
      const query = new URLSearchParams({ address: '0xabc', amount: '25', access_token: token });
      return (await fetch(`${sandbox.iframeUrl}?${query.toString()}`)).status;
    };
    const statusOf = (claims: unknown, header: unknown = { alg: 'HS256' }) => {
      const text = `${part(header)}.${part(claims)}`;
      const signature = createHmac('sha256', 'key').update(text).digest('base64url');
      return pageStatus(`${text}.${signature}`);
    };
    const claims = { iat: seconds(), exp: seconds() + 60, jti: 'x' };

    it('what others signed with its key', async () => {
      expect(await statusOf({ ...claims, nbf: seconds() })).toBe(200);
    });

    const hs256 = { alg: 'HS256' };
    it.each([
      ['without exp', { ...claims, exp: undefined }, hs256],
      ['without iat', { ...claims, iat: undefined }, hs256],
      ['without jti', { ...claims, jti: undefined }, hs256],
      ['with an exp that is text', { ...claims, exp: String(claims.exp) }, hs256],
      ['that has expired', { ...claims, exp: seconds() }, hs256],
      ['that is not valid yet', { ...claims, nbf: seconds() + 60 }, hs256],
      ['whose claims are no object', null, hs256],
      ['with another alg', claims, { alg: 'HS512' }],
      ['with a header that is no object', claims, null],
    ])('nothing %s', async (_, payload, header) => {
      expect(await statusOf(payload, header)).toBe(401);
    });

    it('nothing with a part too many, or without JSON in it', async () => {
      const sign = (text: string) =>
        `${text}.${createHmac('sha256', 'key').update(text).digest('base64url')}`;
      const tokens = [
        `${await sandbox.issueToken()}.x`,
        sign('e30.e'),
        sign('e.e30'),
        sign('.'),
        '.',
      ];
      expect(await Promise.all(tokens.map(pageStatus))).toEqual(tokens.map(() => 401));
    });
  });
});
