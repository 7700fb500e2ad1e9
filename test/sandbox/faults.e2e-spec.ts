import { PhoenixSandbox, type SandboxFault } from '../../src/sandbox/index.js';
import { json, postJson, until } from './requests.js';

describe('Faults of the token endpoint', () => {
  const now = Date.UTC(2030, 0, 1);
  let sandbox: PhoenixSandbox;

  beforeEach(async () => {
    sandbox = await PhoenixSandbox.start({ now: () => now });
  });
  afterEach(() => sandbox.close());

  const replyUnder = (fault: SandboxFault) => {
    sandbox.setFault(fault);
    return postJson(sandbox);
  };

  describe('of time', () => {
    it('delays a reply that is otherwise the usual one', async () => {
      const begun = performance.now();
      const reply = await json(replyUnder({ kind: 'token', delayMs: 50 }));

      expect(performance.now() - begun).toBeGreaterThanOrEqual(49);
      expect(reply).toMatchObject({ expires_in: 3600 });
    });

    it('gives up a delayed reply whose client has left', async () => {
      const client = new AbortController();
      sandbox.setFault({ kind: 'token', delayMs: 600_000 });
      const reply = postJson(sandbox, {}, { signal: client.signal });
      await sandbox.tokenRequestArrived(1);
      client.abort();

      await expect(reply).rejects.toThrow('aborted');
      await until(() => sandbox.stats().tokenRequests.failed === 1);
    });

    it('hangs before the reply, while other requests are answered', async () => {
      const client = new AbortController();
      let isAnswered = false;
      sandbox.setFault({ kind: 'hang', times: 1 });
      const hanging = postJson(sandbox, {}, { signal: client.signal }).finally(() => {
        isAnswered = true;
      });
      await sandbox.tokenRequestArrived(1);

      expect((await postJson(sandbox)).status).toBe(200);
      expect(isAnswered).toBe(false);
      expect(sandbox.stats().tokenRequests).toMatchObject({ total: 2, pending: 1 });

      client.abort();
      await expect(hanging).rejects.toThrow('aborted');
      await until(() => sandbox.stats().tokenRequests.pending === 0);
      expect(sandbox.stats().tokenRequests).toMatchObject({ failed: 1, byStatus: { 200: 1 } });
    });

    it('hangs during the body, after the headers and half of it', async () => {
      const client = new AbortController();
      sandbox.setFault({ kind: 'hang-body' });
      const response = await postJson(sandbox, {}, { signal: client.signal });
      const chunks = response.body!.getReader() as ReadableStreamDefaultReader<Uint8Array>;
      const { value } = await chunks.read();

      expect(response.status).toBe(200);
      expect(value!.length).toBe(Math.floor(Number(response.headers.get('content-length')) / 2));

      const rest = chunks.read();
      client.abort();
      await expect(rest).rejects.toThrow('aborted');
    });
  });

  describe('of the connection', () => {
    it('resets it without a reply', async () => {
      await expect(replyUnder({ kind: 'disconnect' })).rejects.toMatchObject({
        cause: { code: 'ECONNRESET' },
      });
    });

    it('closes it in the middle of the body', async () => {
      const response = await replyUnder({ kind: 'disconnect-body' });

      expect(response.status).toBe(200);
      await expect(response.text()).rejects.toThrow('terminated');
    });
  });

  describe('of the status', () => {
    it.each([400, 401, 408, 429, 500, 503, 599])('answers %d', async (status) => {
      const response = await replyUnder({ kind: 'status', status });

      expect(response.status).toBe(status);
      expect(response.headers.get('retry-after')).toBeNull();
      expect(await json(response)).toEqual({ message: expect.any(String) as string });
    });

    it.each([
      [120, '120'],
      [0, '0'],
      ['Wed, 21 Oct 2030 07:28:00 GMT', 'Wed, 21 Oct 2030 07:28:00 GMT'],
    ])('sends Retry-After: %s', async (retryAfter, header) => {
      const response = await replyUnder({ kind: 'status', status: 429, retryAfter });

      expect(response.headers.get('retry-after')).toBe(header);
    });

    it('sends an OAuth error', async () => {
      const response = replyUnder({ kind: 'status', status: 401, error: 'invalid_client' });

      expect(await json(response)).toEqual({
        error: 'invalid_client',
        error_description: expect.any(String) as string,
      });
    });

    it('sends a JSON body', async () => {
      const body = { code: 'unavailable', details: null };

      expect(await json(replyUnder({ kind: 'status', status: 503, body }))).toEqual(body);
    });

    it('sends a raw body', async () => {
      const response = await replyUnder({ kind: 'status', status: 502, rawBody: 'Bad Gateway' });

      expect(response.headers.get('content-type')).toMatch('text/plain');
      expect(await response.text()).toBe('Bad Gateway');
    });
  });

  describe('of the body', () => {
    it('sends HTML', async () => {
      const response = await replyUnder({ kind: 'html' });

      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toMatch('text/html');
      expect(await response.text()).toMatch(/^<!doctype html>/);
    });

    it('sends truncated JSON with the whole token in it', async () => {
      const response = await replyUnder({ kind: 'truncated' });
      const body = await response.text();

      expect(response.status).toBe(200);
      expect(() => JSON.parse(body) as unknown).toThrow(SyntaxError);
      expect(body).toContain(sandbox.issuedTokens[0]);
    });

    it('sends nothing', async () => {
      const response = await replyUnder({ kind: 'empty' });

      expect(response.status).toBe(200);
      expect(await response.text()).toBe('');
    });

    it('sends valid JSON of more than 1 MiB, with a token', async () => {
      const body = await (await replyUnder({ kind: 'huge' })).text();

      expect(body.length).toBeGreaterThan(2 ** 20);
      expect(JSON.parse(body)).toMatchObject({ access_token: sandbox.issuedTokens[0] });
    });

    it.each([{ token_type: 'mac' }, [], 'text', 7, null])('sends %j instead', async (body) => {
      const response = await replyUnder({ kind: 'reply', body });

      expect(response.status).toBe(200);
      expect(await response.json()).toEqual(body);
    });
  });

  describe('of redirection', () => {
    it('sends 307 to a place that counts who follows', async () => {
      const response = await replyUnder({ kind: 'redirect' });

      expect(response.status).toBe(307);
      expect(response.headers.get('location')).toBe('/sandbox/redirect-target');
      expect(sandbox.stats().redirectTargetHits).toBe(0);

      const followed = await json(postJson(sandbox, {}, { redirect: 'follow' }));
      expect(followed).toMatchObject({ token_type: 'Bearer', expires_in: 3600 });
      expect(sandbox.stats().redirectTargetHits).toBe(1);
    });

    it.each([301, 302, 303, 307, 308] as const)('sends %d anywhere', async (status) => {
      const location = 'https://elsewhere.example/token';
      const response = await replyUnder({ kind: 'redirect', status, location });

      expect(response.status).toBe(status);
      expect(response.headers.get('location')).toBe(location);
    });
  });

  it('applies clock and Date to error replies, too', async () => {
    const skewed = await replyUnder({
      kind: 'status',
      status: 503,
      clockSkewSeconds: 60,
      times: 1,
    });
    const dateless = await replyUnder({ kind: 'status', status: 503, omitDate: true });

    expect(Date.parse(skewed.headers.get('date')!)).toBe(now + 60_000);
    expect(dateless.headers.has('date')).toBe(false);
  });
});
