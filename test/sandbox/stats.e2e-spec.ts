import { PhoenixSandbox, type SandboxStats } from '../../src/sandbox/index.js';
import { basic, json, postForm, postJson, until } from './requests.js';

describe('Statistics', () => {
  let sandbox: PhoenixSandbox;

  beforeEach(async () => {
    sandbox = await PhoenixSandbox.start();
  });
  afterEach(() => sandbox.close());

  const overHttp = async (method = 'GET') => fetch(`${sandbox.origin}/sandbox/stats`, { method });

  it('begin at zero', () => {
    expect(sandbox.stats()).toEqual<SandboxStats>({
      tokenRequests: { total: 0, succeeded: 0, failed: 0, pending: 0, byStatus: {} },
      tokensIssued: 0,
      iframePages: { shown: 0, refused: 0 },
      redirectTargetHits: 0,
      lastTokenRequest: null,
    });
  });

  it('count what arrived, the same in process and over HTTP', async () => {
    await postJson(sandbox);
    await postJson(sandbox, { client_secret: 'wrong' });
    await fetch(sandbox.tokenUrl);
    sandbox.setFault({ kind: 'status', status: 503, times: 1 });
    await postJson(sandbox);
    sandbox.setFault({ kind: 'truncated', times: 1 });
    await (await postJson(sandbox)).text();
    await fetch(
      `${sandbox.iframeUrl}?address=0xabc&amount=25&access_token=${await sandbox.issueToken()}`,
    );
    await fetch(sandbox.iframeUrl);
    await fetch(`${sandbox.origin}/sandbox/redirect-target`);

    expect(sandbox.stats()).toEqual<SandboxStats>({
      tokenRequests: {
        total: 5,
        succeeded: 1,
        failed: 4,
        pending: 0,
        byStatus: { 200: 2, 401: 1, 405: 1, 503: 1 },
      },
      tokensIssued: 3,
      iframePages: { shown: 1, refused: 1 },
      redirectTargetHits: 1,
      lastTokenRequest: { contentType: 'application/json', authentication: 'body' },
    });
    expect(await json(overHttp())).toEqual(sandbox.stats());
  });

  it('tell how the last request authenticated, and never with what', async () => {
    const authentications: unknown[] = [];
    const authorization = basic('needle-id', 'needle-secret');
    for (const request of [
      () => postJson(sandbox, { client_secret: 'needle' }),
      () => postForm(sandbox, 'grant_type=client_credentials', authorization),
      () => postForm(sandbox, 'client_secret=needle', authorization),
      () => postForm(sandbox, ''),
    ]) {
      await request();
      authentications.push(sandbox.stats().lastTokenRequest?.authentication);
    }

    expect(authentications).toEqual(['body', 'basic', 'both', 'none']);
    expect(await (await overHttp()).text()).not.toContain('needle');
  });

  it('give away no token and no secret over HTTP', async () => {
    const token = String((await json(postJson(sandbox))).access_token);
    const stats = await (await overHttp()).text();

    expect(sandbox.issuedTokens).toEqual([token]);
    expect(stats).not.toContain(token);
    expect(stats).not.toContain(sandbox.clientSecret);
  });

  it.each<[string, () => unknown]>([
    [
      'resetStats()',
      () => {
        sandbox.resetStats();
        return undefined;
      },
    ],
    ['DELETE', () => overHttp('DELETE')],
  ])('are set to zero by %s, while issued tokens are kept', async (_, reset) => {
    await postJson(sandbox);
    await reset();

    expect(sandbox.stats()).toMatchObject({ tokenRequests: { total: 0 }, tokensIssued: 0 });
    expect(sandbox.issuedTokens).toHaveLength(1);
  });

  it('ignore the end of a request that began before the reset', async () => {
    sandbox.setFault({ kind: 'token', delayMs: 50, times: 1 });
    const slow = postJson(sandbox);
    await sandbox.tokenRequestArrived(1);
    sandbox.resetStats();
    expect((await slow).status).toBe(200);
    await postJson(sandbox);
    await until(() => sandbox.stats().tokenRequests.pending === 0);

    expect(sandbox.stats().tokenRequests).toEqual({
      total: 1,
      succeeded: 1,
      failed: 0,
      pending: 0,
      byStatus: { 200: 1 },
    });
  });

  describe('tokenRequestArrived', () => {
    it('resolves with the next request when no count is given', async () => {
      await postJson(sandbox);
      const order: string[] = [];
      const arrived = sandbox.tokenRequestArrived().then(() => order.push('arrived'));
      order.push('requested');
      await postJson(sandbox);
      await arrived;

      expect(order).toEqual(['requested', 'arrived']);
    });

    it('resolves at once when the count was reached before', async () => {
      await postJson(sandbox);

      await expect(sandbox.tokenRequestArrived(1)).resolves.toBeUndefined();
    });

    it('resolves when all of several requests hang', async () => {
      sandbox.setFault({ kind: 'hang' });
      const requests = [1, 2, 3].map(() => postJson(sandbox));
      await sandbox.tokenRequestArrived(3);

      expect(sandbox.stats().tokenRequests).toMatchObject({ total: 3, pending: 3 });
      await sandbox.close();
      expect(await Promise.allSettled(requests)).toMatchObject(
        requests.map(() => ({ status: 'rejected' })),
      );
    });

    it('rejects when the sandbox closes first', async () => {
      const arrived = sandbox.tokenRequestArrived();
      await sandbox.close();

      await expect(arrived).rejects.toThrow('closed');
    });
  });
});
