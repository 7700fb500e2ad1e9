import { createHash } from 'node:crypto';
import { PhoenixSandbox } from '../../src/sandbox/index.js';

describe('GET / (the checkout page)', () => {
  let sandbox: PhoenixSandbox;
  let token: string;

  beforeAll(async () => {
    sandbox = await PhoenixSandbox.start();
    token = await sandbox.issueToken();
  });
  afterAll(() => sandbox.close());

  const open = (query: Record<string, string> | string) =>
    fetch(`${sandbox.iframeUrl}?${new URLSearchParams(query).toString()}`);
  const htmlOf = async (query: Record<string, string>) =>
    (await open({ access_token: token, ...query })).text();

  it('is shown for a valid token', async () => {
    const response = await open({ access_token: token, utm: 'ignored' });

    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await response.text()).toMatch(/^<!doctype html>\n<html lang="en">[^]*Pay \$25\.00/);
  });

  it('can be embedded by any origin, is never stored, and sends no referrer', async () => {
    const { headers } = await open({ access_token: token });

    expect(headers.has('x-frame-options')).toBe(false);
    expect(headers.get('content-security-policy')).not.toContain('frame-ancestors');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
  });

  it('allows its own script and style by hash, and nothing else', async () => {
    const response = await open({ access_token: token });
    const html = await response.text();
    const hashOf = (tag: string) => {
      const [, text] = new RegExp(`<${tag}>([^]*)</${tag}>`).exec(html)!;
      return `'sha256-${createHash('sha256').update(text!).digest('base64')}'`;
    };

    expect(response.headers.get('content-security-policy')).toBe(
      `default-src 'none'; style-src ${hashOf('style')}; script-src ${hashOf('script')}; ` +
        `base-uri 'none'; form-action 'none'`,
    );
  });

  it('never holds the access token', async () => {
    expect(await htmlOf({ address: '0xabc', shareOn: 'true' })).not.toContain(token);
    expect(await (await open({ access_token: 'needle' })).text()).not.toContain('needle');
  });

  it('shows the receiving address when one is given', async () => {
    expect(await htmlOf({ address: '0xabc' })).toContain('<dd class="mono">0xabc</dd>');
    expect(await htmlOf({})).not.toContain('<dd class="mono"></dd>');
  });

  it.each(['<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', `' onfocus='x`, '&lt;'])(
    'escapes the address %s',
    async (address) => {
      const html = await htmlOf({ address });
      const escaped = address
        .replaceAll('&', '&amp;')
        .replaceAll('<', '&lt;')
        .replaceAll('>', '&gt;')
        .replaceAll('"', '&quot;')
        .replaceAll("'", '&#39;');

      expect(html).toContain(`data-address="${escaped}"`);
      expect(html).toContain(`<dd class="mono">${escaped}</dd>`);
      expect(html.match(/<script/g)).toHaveLength(1);
    },
  );

  it.each([
    ['true', true],
    ['false', false],
    ['1', false],
    ['TRUE', false],
  ])('offers a payment link for shareOn=%s: %s', async (shareOn, isOffered) => {
    expect((await htmlOf({ shareOn })).includes('Share payment link')).toBe(isOffered);
  });

  describe('is refused with a readable page', () => {
    it.each([
      ['no token', () => '', 'missing'],
      ['an empty token', () => 'access_token=', 'missing'],
      ['two tokens', () => `access_token=${token}&access_token=${token}`, 'missing'],
      ['something that is no JWT', () => 'access_token=abc', 'not valid'],
      ['a forged signature', () => `access_token=${token.slice(0, -6)}AAAAAA`, 'not valid'],
    ])('for %s', async (_, query, reason) => {
      const response = await open(query());
      const html = await response.text();

      expect(response.status).toBe(401);
      expect(response.headers.get('content-type')).toMatch('text/html');
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(html).toContain(reason);
      expect(html).toContain('<main>');
      expect(html).not.toContain('<script');
    });

    it('for an expired token', async () => {
      const response = await open({ access_token: await sandbox.issueToken(-1) });

      expect(response.status).toBe(401);
      expect(await response.text()).toContain('expired');
    });

    it('for an unsigned token', async () => {
      const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
      const unsigned = `${part({ alg: 'none' })}.${part({ exp: 4e9, iat: 1, jti: 'x' })}.`;

      expect((await open({ access_token: unsigned })).status).toBe(401);
    });
  });
});
