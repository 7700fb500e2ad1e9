import { PhoenixSandbox } from '../../src/sandbox/index.js';
import { basic, json, postForm, postJson } from './requests.js';

describe('POST /oauth/token refuses', () => {
  // Both hold characters that Basic must encode.
  const client = { clientId: 'id:with space', clientSecret: 'sécret+&:%/=' };
  let sandbox: PhoenixSandbox;

  beforeAll(async () => {
    sandbox = await PhoenixSandbox.start(client);
  });
  afterAll(() => sandbox.close());

  it.each([
    ['a wrong secret', { client_secret: 'wrong' }],
    ['a missing secret', { client_secret: undefined }],
    ['an empty secret', { client_secret: '' }],
    ['a wrong id', { client_id: 'wrong' }],
    ['a missing id', { client_id: undefined }],
  ])('%s as invalid_client', async (_, changes) => {
    const response = await postJson(sandbox, changes);

    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBeNull();
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await json(response)).toEqual({
      error: 'invalid_client',
      error_description: expect.any(String) as string,
    });
  });

  it.each([
    ['a wrong secret', basic(client.clientId, 'wrong')],
    ['credentials that were not form-urlencoded first', `Basic ${btoa('id:with space:100%')}`],
    ['something that is not base64', 'Basic §§§'.replaceAll('§', '!')],
    ['credentials without a colon', `Basic ${btoa('no-colon')}`],
    ['another scheme', 'Bearer abc'],
  ])('an Authorization header with %s, and names the scheme', async (_, authorization) => {
    const response = await postForm(sandbox, 'grant_type=client_credentials', authorization);

    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toMatch(/^Basic realm="/);
    expect(await json(response)).toMatchObject({ error: 'invalid_client' });
  });

  it('another grant as unsupported_grant_type', async () => {
    const response = await postJson(sandbox, { grant_type: 'password' });

    expect(response.status).toBe(400);
    expect(await json(response)).toMatchObject({ error: 'unsupported_grant_type' });
  });

  const asJson = 'application/json';
  const asForm = 'application/x-www-form-urlencoded';
  it.each([
    ['a missing grant', asJson, '{"client_id":"a","client_secret":"b"}'],
    ['malformed JSON', asJson, '{"grant_type":'],
    ['an empty JSON body', asJson, ''],
    ['a JSON array', asJson, '[]'],
    ['a JSON null', asJson, 'null'],
    ['a parameter that is a list', asJson, '{"grant_type":["client_credentials"]}'],
    ['an empty form', asForm, ''],
    ['a parameter twice', asForm, 'grant_type=client_credentials&client_id=a&client_id=b'],
    ['an unknown parameter twice', asForm, 'grant_type=client_credentials&x=1&x=2'],
    ['plain text', 'text/plain', 'grant_type=client_credentials'],
    ['a content type that cannot be read', 'nonsense;;', 'grant_type=client_credentials'],
    ['a body that is too long', asForm, `grant_type=${'x'.repeat(2 ** 20)}`],
  ])('%s as invalid_request', async (_, contentType, body) => {
    const response = await fetch(sandbox.tokenUrl, {
      method: 'POST',
      headers: { 'content-type': contentType },
      body,
    });

    expect(response.status).toBe(400);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await json(response)).toEqual({
      error: 'invalid_request',
      error_description: expect.any(String) as string,
    });
  });

  it('a request without body and content type as invalid_request', async () => {
    const response = await fetch(sandbox.tokenUrl, { method: 'POST' });

    expect(response.status).toBe(400);
    expect(await json(response)).toMatchObject({ error: 'invalid_request' });
  });

  it.each([
    ['credentials in body and header', {}],
    ['another client_id in the body than in the header', { client_id: 'other', client_secret: '' }],
  ])('%s as invalid_request', async (_, changes) => {
    const headers = { authorization: basic(client.clientId, client.clientSecret) };
    const response = await postJson(sandbox, changes, { headers });

    expect(response.status).toBe(400);
    expect(await json(response)).toMatchObject({ error: 'invalid_request' });
  });

  it.each(['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'])('the method %s', async (method) => {
    const response = await fetch(sandbox.tokenUrl, { method });

    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST');
  });

  it('without ever repeating what the client sent', async () => {
    const replies = await Promise.all([
      postJson(sandbox, { client_secret: 'needle-1' }),
      postJson(sandbox, { grant_type: 'needle-2' }),
      postForm(sandbox, 'needle-3=1&needle-3=2'),
      postForm(sandbox, 'grant_type=x', basic('needle-4', 'needle-5')),
    ]);

    expect((await Promise.all(replies.map((reply) => reply.text()))).join()).not.toContain(
      'needle',
    );
  });
});
