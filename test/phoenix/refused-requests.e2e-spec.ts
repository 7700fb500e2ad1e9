import type { ServerResponse } from 'node:http';
import { inspect } from 'node:util';
import type { PhoenixOptions } from '../../src/phoenix/index.js';
import { FakeClock } from '../support/fake-clock.js';
import { BareVendor } from './bare-vendor.js';
import { phoenixHost } from './harness.js';
import { Logbook } from './logbook.js';

const CLIENT_SECRET = 'the secret/of the partner';

type Refusal = readonly [status: number, body: string, headers?: Record<string, string>];

const oauthError = (error: string, error_description?: string) =>
  JSON.stringify({ error, error_description });

/** What a host without a token yet is told by a server that sends this. */
async function refusedBy(
  [status, body, headers = {}]: Refusal,
  options: Partial<PhoenixOptions> = {},
) {
  const vendor = await BareVendor.start((response: ServerResponse) => {
    response.writeHead(status, headers).end(body);
  });
  const logbook = new Logbook();
  const host = await phoenixHost()
    .clock(new FakeClock())
    .logbook(logbook)
    .options({
      tokenUrl: vendor.tokenUrl,
      clientSecret: CLIENT_SECRET,
      eager: false,
      maxAttempts: 1,
      ...options,
    })
    .start();
  const error: unknown = await host.tokens.getAccessToken().catch((reason: unknown) => reason);
  const replies = await Promise.all(
    ['/phoenix/token', '/phoenix/health', '/phoenix/health/ready'].map((path) => host.get(path)),
  );
  const { lastError } = host.tokens.status();
  await host.close();
  await vendor[Symbol.asyncDispose]();
  const log = logbook.ofPhoenix('error').join('\n');
  return { log, error, lastError, replies: inspect(replies, { depth: 5 }) };
}

describe('The first request that a server refuses', () => {
  it.each<[string, Refusal, Partial<PhoenixOptions>, RegExp]>([
    [
      'django-oauth-toolkit, JSON',
      [400, oauthError('unsupported_grant_type')],
      {},
      /\[unsupported_grant_type]/,
    ],
    ['oauth2orize with passport, JSON', [401, 'Unauthorized'], {}, /\[invalid_client]/],
    [
      'oauth2orize, JSON and basic',
      [500, '{"error":"server_error","error_description":"Cannot read properties"}'],
      { clientAuthentication: 'basic' },
      /\[server_error]/,
    ],
    ['a server that takes no JSON', [415, ''], {}, /\[request_rejected]/],
  ])('%s: the log says form', async (_, refusal, options, code) => {
    const { log } = await refusedBy(refusal, options);
    expect(log).toMatch(code);
    expect(log).toContain(
      "try in this order: tokenRequestFormat: 'form' (PHOENIX_TOKEN_REQUEST_FORMAT=form)",
    );
  });

  it('a server that takes nothing but HTTP Basic: the log says basic', async () => {
    const { log } = await refusedBy([401, '', { 'WWW-Authenticate': 'Basic realm="oauth"' }], {
      tokenRequestFormat: 'form',
    });
    expect(log).toContain(
      "try in this order: clientAuthentication: 'basic' (PHOENIX_CLIENT_AUTHENTICATION=basic)",
    );
  });

  it('@node-oauth that needs a scope: the log says to set one', async () => {
    const { log } = await refusedBy([400, oauthError('invalid_scope')]);
    expect(log).toContain('set scope (PHOENIX_SCOPE)');
  });

  it('what the server says about it is in the log and in status(), and nowhere else', async () => {
    const words = 'Invalid request: content must be a form';
    const { log, error, lastError, replies } = await refusedBy([
      400,
      oauthError('invalid_request', `${words}, not {"client_secret":"${CLIENT_SECRET}"}`),
    ]);
    expect(log).toContain(`The server says: "${words}, not { client_secret : *** }".`);
    expect(lastError).toMatchObject({
      code: 'invalid_request',
      vendorDescription: `${words}, not { client_secret : *** }`,
    });
    expect(replies).toContain('invalid_request');
    expect(replies).not.toContain(words);
    expect(String(error) + JSON.stringify(error)).not.toContain(words);
  });

  it.each([201, 202, 203])('a token with status %s is none', async (status) => {
    const token = JSON.stringify({ access_token: 'a', token_type: 'Bearer', expires_in: 60 });
    const { error, lastError } = await refusedBy([status, token]);
    expect(error).toBe('a');
    expect(lastError).toBeUndefined();
  });
});
