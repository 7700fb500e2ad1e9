import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { PhoenixSandbox } from '../../src/sandbox/index.js';
import { describeWithChromium } from '../support/chromium.js';
import { RawConnection, rawRequest } from './raw-connection.js';

const JSON_TYPE = { 'Content-Type': 'application/json' };
const HANG = '{"kind":"hang"}';

/** Every request that changes something. */
const CHANGES: [method: string, path: string, body: string][] = [
  ['POST', '/sandbox/faults', HANG],
  ['PUT', '/sandbox/faults', `[${HANG}]`],
  ['DELETE', '/sandbox/faults', ''],
  ['DELETE', '/sandbox/stats', ''],
];

describe('Changes of the sandbox', () => {
  const started: PhoenixSandbox[] = [];
  const send = async (
    headers: Record<string, string>,
    options: { host?: string } = {},
    [method, path, body] = CHANGES[0]!,
  ) => {
    const sandbox = await PhoenixSandbox.start(options);
    started.push(sandbox);
    const connection = await RawConnection.open(sandbox);
    const all = { ...JSON_TYPE, ...headers };
    connection.send(rawRequest(method, path, all, body));
    const [reply = ''] = await connection.replies(1);
    connection.destroy();
    return { status: Number(reply.slice(9, 12)), reply };
  };
  afterEach(() => Promise.all(started.splice(0).map((sandbox) => sandbox.close())));

  it.each(CHANGES)('by %s %s are refused to a page of another site', async (...change) => {
    const { status, reply } = await send({ Origin: 'https://evil.example' }, {}, change);
    expect(status).toBe(403);
    expect(reply).toContain('"error":"forbidden_origin","problems":[{"field":"Origin"');
    expect(reply).toContain('Send the request from a test, from a server, or with curl.');
    expect(reply).not.toMatch(/^access-control-/im);
  });

  it.each([
    ['Origin', { Origin: 'null' }],
    ['Origin', { Origin: 'http://127.0.0.1:1' }],
    ['Origin', { Origin: 'https://127.0.0.1' }],
    ['Sec-Fetch-Site', { 'Sec-Fetch-Site': 'cross-site' }],
    ['Sec-Fetch-Site', { 'Sec-Fetch-Site': 'same-site' }],
    ['Host', { Host: 'evil.example:4000', Origin: 'http://evil.example:4000' }],
    ['Host', { Host: 'evil.example', 'Sec-Fetch-Site': 'same-origin' }],
    ['Host', { Host: 'evil.example' }],
    ['Host', { Host: '127.0.0.1.evil.example' }],
    ['Host', { Host: 'evil.example:80@127.0.0.1' }],
    ['Host', { Host: 'localhost.evil.example:4000' }],
    ['Host', { Host: '[::1].evil.example' }],
  ])('are refused because of %s: %j', async (field, headers) => {
    const { status, reply } = await send(headers);
    expect(status).toBe(403);
    expect(reply).toContain(`{"field":"${field}"`);
  });

  it.each([
    { Host: '127.0.0.1:4000', Origin: 'http://127.0.0.1:4000', 'Sec-Fetch-Site': 'same-origin' },
    { Host: 'localhost:4000', 'Sec-Fetch-Site': 'none' },
    { Host: 'LOCALHOST' },
    { Host: 'sandbox.localhost:1' },
    { Host: '[::1]:4000' },
    { Host: '192.0.2.7' },
  ])('are made by our own page, and by what is no page: %j', async (headers) => {
    expect((await send(headers)).status).toBe(201);
  });

  it('are made without Host in HTTP/1.0', async () => {
    const sandbox = await PhoenixSandbox.start();
    started.push(sandbox);
    const connection = await RawConnection.open(sandbox);
    connection.send('DELETE /sandbox/faults HTTP/1.0\r\n\r\n');
    expect(await connection.closed()).toMatch(/^HTTP\/1\.1 204 /);
  });

  describe('of a sandbox among containers', () => {
    const everywhere = { host: '0.0.0.0' };

    it.each(['phoenix-sandbox:4000', 'sandbox.testing.svc.cluster.local', 'host.docker.internal'])(
      'are made by what is no page under the name %s',
      async (Host) => {
        expect((await send({ Host }, everywhere)).status).toBe(201);
      },
    );

    it('are refused to a page under a name that leads here', async () => {
      const headers = { Host: 'evil.example:4000', Origin: 'http://evil.example:4000' };
      expect((await send(headers, everywhere)).reply).toContain('{"field":"Host"');
    });
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/plain; application/json',
    'application/jsonx',
    'text/plain, application/json',
    '',
  ])('with the type %j are refused with 415', async (type) => {
    const { status, reply } = await send({ 'Content-Type': type });
    expect(status).toBe(415);
    expect(reply).toContain('"field":"Content-Type"');
    expect(reply).toContain('Send Content-Type: application/json, as curl --json does.');
  });

  it.each(['Application/JSON', 'application/json; charset=utf-8', 'application/json ;x'])(
    'with the type %j are made',
    async (type) => {
      expect((await send({ 'Content-Type': type })).status).toBe(201);
    },
  );
});

describeWithChromium('A web page that knows a running sandbox', (browser) => {
  let sandbox: PhoenixSandbox;
  let shop: Server;
  let page: Page;

  beforeAll(async () => {
    sandbox = await PhoenixSandbox.start();
    shop = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end('<!doctype html><html lang="en"><title>Any page</title>');
    }).listen(0, '127.0.0.1');
    await once(shop, 'listening');
    page = await browser().newPage();
    await page.goto(`http://localhost:${(shop.address() as AddressInfo).port}/`);
  });
  afterAll(async () => {
    await page.close();
    shop.close();
    shop.closeAllConnections();
    await sandbox.close();
  });

  it.each([
    `{ method: 'POST', body }`,
    `{ method: 'POST', body, mode: 'no-cors' }`,
    `{ method: 'POST', body, mode: 'no-cors', headers: { 'Content-Type': 'text/plain' } }`,
    `{ method: 'POST', body, mode: 'no-cors', headers: { 'Content-Type': 'application/json' } }`,
    `{ method: 'POST', body, headers: { 'Content-Type': 'application/json' } }`,
    `{ method: 'PUT', body: '[' + body + ']', headers: { 'Content-Type': 'application/json' } }`,
    `{ method: 'DELETE' }`,
  ])('changes nothing and reads nothing with fetch(…, %s)', async (init) => {
    sandbox.clearFaults();
    sandbox.setFault({ kind: 'empty' });
    const answer = await page.evaluate<string>(`(async () => {
      const body = '${HANG}';
      try {
        return (await fetch('${sandbox.origin}/sandbox/faults', ${init})).type;
      } catch (error) {
        return error.name;
      }
    })()`);
    expect(answer).toMatch(/^(TypeError|opaque)$/);
    const { faults } = (await (await fetch(`${sandbox.origin}/sandbox/faults`)).json()) as {
      faults: unknown;
    };
    expect(faults).toEqual([{ kind: 'empty' }]);
  });
});
