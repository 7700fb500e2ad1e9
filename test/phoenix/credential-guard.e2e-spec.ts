import { SignJWT } from 'jose';
import type { PhoenixOptions } from '../../src/phoenix/index.js';
import { PhoenixSandbox } from '../../src/sandbox/index.js';
import { API_KEY, phoenixHost } from './harness.js';

const SECRET = 'a shared secret of thirty-two bytes, or more';

describe('The default guard', () => {
  let sandbox: PhoenixSandbox;
  let jwt: string;

  beforeAll(async () => {
    sandbox = await PhoenixSandbox.start();
    jwt = await new SignJWT({ sub: 'alice' })
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime('1m')
      .sign(new TextEncoder().encode(SECRET));
  });
  afterAll(() => sandbox.close());

  const both = { apiKeys: [API_KEY], jwt: { secret: SECRET } };
  const keysOnly = { apiKeys: [API_KEY] };
  const jwtOnly = { apiKeys: [], jwt: { secret: SECRET } };
  const KEY = { 'X-API-Key': API_KEY };
  const WRONG_KEY = { 'X-API-Key': 'wrong-key-0123456789' };
  const WRONG_JWT = { Authorization: 'Bearer a.b.c' };
  const rightJwt = () => ({ Authorization: `Bearer ${jwt}` });

  const ask = async (options: Partial<PhoenixOptions>, headers: Record<string, string>) => {
    await using app = await phoenixHost().vendor(sandbox).options(options).start();
    const { status, headers: sent } = await app.get('/phoenix/token', headers);
    return { status, challenge: sent['www-authenticate'] };
  };

  it('admits a key or a JWT when both are configured', async () => {
    expect(await ask(both, KEY)).toMatchObject({ status: 200 });
    expect(await ask(both, rightJwt())).toMatchObject({ status: 200 });
    expect(await ask(both, { ...KEY, ...rightJwt() })).toMatchObject({ status: 200 });
  });

  it('judges by the key where there is one, for a wrong key is never made good by a JWT', async () => {
    expect(await ask(both, { ...WRONG_KEY, ...rightJwt() })).toMatchObject({ status: 401 });
    expect(await ask(both, { ...KEY, ...WRONG_JWT })).toMatchObject({ status: 200 });
  });

  it('refuses everything else, naming a scheme', async () => {
    expect(await ask(both, WRONG_KEY)).toEqual({
      status: 401,
      challenge: 'ApiKey realm="phoenix"',
    });
    expect(await ask(both, WRONG_JWT)).toEqual({
      status: 401,
      challenge: 'Bearer realm="phoenix", error="invalid_token"',
    });
    expect(await ask(both, {})).toEqual({
      status: 401,
      challenge: 'ApiKey realm="phoenix", Bearer realm="phoenix"',
    });
    expect(await ask(both, { 'X-API-Key': '' })).toMatchObject({ status: 401 });
  });

  it('admits keys only when only keys are configured', async () => {
    expect(await ask(keysOnly, KEY)).toMatchObject({ status: 200 });
    expect(await ask(keysOnly, rightJwt())).toEqual({
      status: 401,
      challenge: 'ApiKey realm="phoenix"',
    });
    expect(await ask(keysOnly, {})).toMatchObject({ status: 401 });
  });

  it('admits JWTs only when only a JWT is configured', async () => {
    expect(await ask(jwtOnly, rightJwt())).toMatchObject({ status: 200 });
    expect(await ask(jwtOnly, KEY)).toEqual({ status: 401, challenge: 'Bearer realm="phoenix"' });
    expect(await ask(jwtOnly, {})).toMatchObject({ status: 401 });
  });
});
