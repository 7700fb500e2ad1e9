import { decodeProtectedHeader, jwtVerify } from 'jose';
import { PhoenixSandbox } from '../../src/sandbox/index.js';
import { basic, json, parameters, postForm, postJson } from './requests.js';

const UUID = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;

describe('POST /oauth/token', () => {
  const signingKey = 'the key of this test';
  const now = Date.UTC(2030, 0, 2, 3, 4, 5);
  // Both hold characters that Basic and forms must encode.
  const client = { clientId: 'id:with space', clientSecret: 'sécret+&:%/=' };
  let sandbox: PhoenixSandbox;

  beforeAll(async () => {
    sandbox = await PhoenixSandbox.start({ ...client, signingKey, now: () => now });
  });
  afterAll(() => sandbox.close());

  describe('grants a token', () => {
    it('in the documented form', async () => {
      const response = await postJson(sandbox);

      expect(response.status).toBe(200);
      expect(await json(response)).toEqual({
        access_token: expect.any(String) as string,
        token_type: 'Bearer',
        expires_in: 3600,
        scope: ['iframe'],
      });
    });

    it('with headers that forbid caching, and the date of its own clock', async () => {
      const { headers } = await postJson(sandbox);

      expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('pragma')).toBe('no-cache');
      expect(headers.get('date')).toBe('Wed, 02 Jan 2030 03:04:05 GMT');
    });

    it('which is a JWT with the documented claims', async () => {
      const token = String((await json(postJson(sandbox))).access_token);
      const { payload } = await jwtVerify(token, new TextEncoder().encode(signingKey), {
        currentDate: new Date(now),
      });

      expect(decodeProtectedHeader(token)).toEqual({ alg: 'HS256', typ: 'JWT' });
      expect(payload).toEqual({
        partner: { client_id: client.clientId },
        scope: ['iframe'],
        version: '1',
        iat: now / 1000,
        exp: now / 1000 + 3600,
        jti: expect.stringMatching(UUID) as string,
      });
    });

    it('that differs each time', async () => {
      const [one, two] = await Promise.all([json(postJson(sandbox)), json(postJson(sandbox))]);

      expect(one.access_token).not.toBe(two.access_token);
    });

    it('for a form body', async () => {
      const form = new URLSearchParams(parameters(sandbox) as Record<string, string>);

      expect((await postForm(sandbox, form.toString())).status).toBe(200);
    });

    it('for a JSON body with a charset and further members', async () => {
      const headers = { 'content-type': 'Application/JSON; charset=UTF-8' };

      expect((await postJson(sandbox, { scope: ['iframe'], n: 1 }, { headers })).status).toBe(200);
    });

    it('for HTTP Basic with a form body', async () => {
      const authorization = basic(client.clientId, client.clientSecret);

      expect((await postForm(sandbox, 'grant_type=client_credentials', authorization)).status).toBe(
        200,
      );
    });

    it('for HTTP Basic with a JSON body that repeats the same client_id', async () => {
      const headers = { authorization: basic(client.clientId, client.clientSecret) };

      expect((await postJson(sandbox, { client_secret: undefined }, { headers })).status).toBe(200);
    });
  });

  it('accepts only the new secret after a rotation', async () => {
    const rotated = await PhoenixSandbox.start();
    const oldSecret = rotated.clientSecret;
    rotated.rotateSecret('new secret');

    expect((await postJson(rotated, { client_secret: oldSecret })).status).toBe(401);
    expect((await postJson(rotated, { client_secret: 'new secret' })).status).toBe(200);
    expect(rotated.clientSecret).toBe('new secret');
    expect(() => {
      rotated.rotateSecret('');
    }).toThrow(/non-empty/);
    await rotated.close();
  });
});
