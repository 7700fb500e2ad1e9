import { PhoenixSandbox, type SandboxFault } from '../../src/sandbox/index.js';
import { RawConnection, rawRequest } from './raw-connection.js';
import { parameters } from './requests.js';

const JSON_TYPE = 'Content-Type: application/json; charset=utf-8';
const DATE = 'Date: Wed, 02 Jan 2030 03:04:05 GMT';
const NOT_CACHED = ['Cache-Control: no-store', 'Pragma: no-cache'];
const KEPT = ['Connection: keep-alive', 'Keep-Alive: timeout=72'];
const USUAL =
  '{"access_token":"<token>","token_type":"Bearer","expires_in":3600,"scope":["iframe"]}';
/** The token of the demo account has 297 characters, `<token>` has seven. */
const lengthOf = (body: string) => body.length + (body.includes('<token>') ? 290 : 0);

const head = (status: string, headers: string[], body: string) =>
  [`HTTP/1.1 ${status}`, ...headers, `Content-Length: ${lengthOf(body)}`, ...KEPT, '', ''].join(
    '\r\n',
  );
const reply = (status: string, headers: string[], body: string) =>
  head(status, headers, body) + body;
const json = (status: string, body: string, more: string[] = []) =>
  reply(status, [DATE, JSON_TYPE, ...NOT_CACHED, ...more], body);
const message = '{"message":"A fault set on the sandbox."}';

describe('The bytes of a fault', () => {
  let sandbox: PhoenixSandbox;
  let connection: RawConnection;

  beforeEach(async () => {
    sandbox = await PhoenixSandbox.start({ now: () => Date.UTC(2030, 0, 2, 3, 4, 5) });
    connection = await RawConnection.open(sandbox);
  });
  afterEach(async () => {
    connection.destroy();
    await sandbox.close();
  });

  const request = () =>
    rawRequest(
      'POST',
      '/oauth/token',
      { 'Content-Type': 'application/json' },
      JSON.stringify(parameters(sandbox)),
    );
  const withoutToken = (text: string) =>
    text.replace(sandbox.issuedTokens[0] ?? 'no token', '<token>');

  const halfOfTheUsual = () =>
    json('200 OK', USUAL)
      .replace('<token>', sandbox.issuedTokens[0]!)
      .slice(0, -Math.ceil(lengthOf(USUAL) / 2));

  it.each<[SandboxFault, string]>([
    [{ kind: 'token' }, json('200 OK', USUAL)],
    [
      { kind: 'token', set: { expires_in: '1e3' }, remove: ['scope'], clockSkewSeconds: 60 },
      json('200 OK', '{"access_token":"<token>","token_type":"Bearer","expires_in":"1e3"}').replace(
        '03:04:05',
        '03:05:05',
      ),
    ],
    [
      { kind: 'token', omitDate: true, delayMs: 5 },
      reply('200 OK', [JSON_TYPE, ...NOT_CACHED], USUAL),
    ],
    [{ kind: 'status', status: 503 }, json('503 Service Unavailable', message)],
    [
      { kind: 'status', status: 429, retryAfter: 7 },
      json('429 Too Many Requests', message, ['Retry-After: 7']),
    ],
    [
      { kind: 'status', status: 401, error: 'invalid_client' },
      json(
        '401 Unauthorized',
        '{"error":"invalid_client","error_description":"A fault set on the sandbox."}',
      ),
    ],
    [{ kind: 'status', status: 500, body: null }, json('500 Internal Server Error', message)],
    [{ kind: 'status', status: 500, body: [1] }, json('500 Internal Server Error', '[1]')],
    [
      { kind: 'status', status: 502, rawBody: 'Bad' },
      reply(
        '502 Bad Gateway',
        [DATE, 'Content-Type: text/plain; charset=utf-8', ...NOT_CACHED],
        'Bad',
      ),
    ],
    [
      { kind: 'html' },
      reply(
        '200 OK',
        [DATE, 'Content-Type: text/html; charset=utf-8', ...NOT_CACHED],
        '<!doctype html><html lang="en"><title>Maintenance</title><p>We will be back soon.</p></html>',
      ),
    ],
    [{ kind: 'truncated' }, json('200 OK', USUAL.slice(0, -10))],
    [{ kind: 'empty' }, json('200 OK', '')],
    [{ kind: 'huge' }, json('200 OK', `${USUAL.slice(0, -1)},"padding":"${'x'.repeat(2 ** 20)}"}`)],
    [
      { kind: 'redirect' },
      reply(
        '307 Temporary Redirect',
        [
          DATE,
          'Content-Type: text/plain; charset=utf-8',
          ...NOT_CACHED,
          'Location: /sandbox/redirect-target',
        ],
        '',
      ),
    ],
    [{ kind: 'reply', body: 7 }, json('200 OK', '7')],
  ])('%j leave the connection open for the next request', async (fault, bytes) => {
    sandbox.setFault({ ...fault, times: 1 });
    const next = rawRequest('GET', '/sandbox/stats');
    const [first] = await connection.send(request() + next).replies(2);
    expect(withoutToken(first!)).toBe(bytes);
  });

  it('{"kind":"hang"} are none', async () => {
    sandbox.setFault({ kind: 'hang' });
    connection.send(request());
    await sandbox.tokenRequestArrived(1);
    await sandbox.close();
    expect(await connection.closed()).toBe('');
  });

  it('{"kind":"hang-body"} end in the middle, and no end is seen', async () => {
    sandbox.setFault({ kind: 'hang-body' });
    connection.send(request());
    await sandbox.tokenRequestArrived(1);
    const received = await connection.receives((text) => text.includes('"ey'));
    expect(received).toBe(halfOfTheUsual());
    expect(sandbox.stats().tokenRequests.pending).toBe(1);
  });

  it('{"kind":"disconnect-body"} end in the middle, and the connection with them', async () => {
    sandbox.setFault({ kind: 'disconnect-body' });
    connection.send(request());
    expect(await connection.closed()).toBe(halfOfTheUsual());
    expect(connection.error).toBeUndefined();
  });

  it('{"kind":"disconnect"} are none, and the connection is reset', async () => {
    sandbox.setFault({ kind: 'disconnect' });
    connection.send(request());
    expect(await connection.closed()).toBe('');
    expect(connection.error).toBe('ECONNRESET');
  });
});
