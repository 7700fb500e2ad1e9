import { decodeJwt } from 'jose';
import { PhoenixSandbox, type TokenFault } from '../../src/sandbox/index.js';
import { json, postJson } from './requests.js';

describe('Faults of the token', () => {
  const now = Date.UTC(2030, 0, 1);
  let sandbox: PhoenixSandbox;

  beforeEach(async () => {
    sandbox = await PhoenixSandbox.start({ now: () => now });
  });
  afterEach(() => sandbox.close());

  const tokenUnder = async (fault: Omit<TokenFault, 'kind'>) => {
    sandbox.setFault({ kind: 'token', ...fault });
    const response = await postJson(sandbox);
    const reply = await json(response);
    return { response, reply, claims: decodeJwt(String(reply.access_token)) };
  };

  it('overrides and removes members of the reply', async () => {
    const { reply } = await tokenUnder({
      set: { expires_in: '3600abc', token_type: 'mac' },
      remove: ['scope'],
    });

    expect(reply).toEqual({
      access_token: sandbox.issuedTokens[0],
      token_type: 'mac',
      expires_in: '3600abc',
    });
  });

  it('shortens its life', async () => {
    const { reply, claims } = await tokenUnder({ lifetimeSeconds: 5 });

    expect(reply).toMatchObject({ expires_in: 5 });
    expect(claims.exp).toBe(now / 1000 + 5);
  });

  it('lets the JWT contradict expires_in', async () => {
    const { reply, claims } = await tokenUnder({ jwtLifetimeSeconds: 60 });

    expect(reply).toMatchObject({ expires_in: 3600 });
    expect(claims.exp).toBe(now / 1000 + 60);
  });

  it('issues the same token again with an unchanged expires_in', async () => {
    const first = await json(postJson(sandbox));
    const { reply } = await tokenUnder({ reissue: true });

    expect(reply).toEqual(first);
    expect(sandbox.issuedTokens).toHaveLength(1);
  });

  it('issues a first token when there is none to repeat', async () => {
    const { reply } = await tokenUnder({ reissue: true });

    expect(reply.access_token).toBe(sandbox.issuedTokens[0]);
  });

  it.each([300, -300])('moves the clock of the vendor by %d s', async (clockSkewSeconds) => {
    const { response, claims } = await tokenUnder({ clockSkewSeconds });

    expect(claims.iat).toBe(now / 1000 + clockSkewSeconds);
    expect(claims.exp).toBe(now / 1000 + clockSkewSeconds + 3600);
    expect(Date.parse(response.headers.get('date')!)).toBe(now + clockSkewSeconds * 1000);
  });

  it('leaves the Date header out', async () => {
    const { response } = await tokenUnder({ omitDate: true });

    expect(response.headers.has('date')).toBe(false);
  });

  it('combines alterations', async () => {
    const { response, reply, claims } = await tokenUnder({
      clockSkewSeconds: -60,
      omitDate: true,
      lifetimeSeconds: 90,
      jwtLifetimeSeconds: 30,
      delayMs: 1,
    });

    expect(response.headers.has('date')).toBe(false);
    expect(reply).toMatchObject({ expires_in: 90 });
    expect(claims).toMatchObject({ iat: now / 1000 - 60, exp: now / 1000 - 30 });
  });

  it('still needs a correct request', async () => {
    sandbox.setFault({ kind: 'token', lifetimeSeconds: 5 });

    expect((await postJson(sandbox, { client_secret: 'wrong' })).status).toBe(401);
    expect(sandbox.issuedTokens).toHaveLength(0);
  });
});
