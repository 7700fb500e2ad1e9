import { createHash } from 'node:crypto';
import { PhoenixSandbox } from '../../src/sandbox/index.js';
import { json } from './requests.js';

const ADDRESS = '0x52908400098527886E0F7030069857D2E4169EE7';

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
  const complete = (query: Record<string, string> = {}) => ({
    address: ADDRESS,
    amount: '25',
    access_token: token,
    ...query,
  });
  const htmlOf = async (query: Record<string, string> = {}) => (await open(complete(query))).text();

  it('is shown for a valid token', async () => {
    const response = await open(complete({ utm: 'ignored' }));

    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await response.text()).toMatch(/^<!doctype html>\n<html lang="en">[^]*Pay \$25\.00/);
  });

  it('can be embedded by any origin, is never stored, and sends no referrer', async () => {
    const { headers } = await open(complete());

    expect(headers.has('x-frame-options')).toBe(false);
    expect(headers.get('content-security-policy')).not.toContain('frame-ancestors');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
  });

  it('allows its own script and style by hash, its own API, and nothing else', async () => {
    const response = await open(complete());
    const html = await response.text();
    const hashOf = (tag: string) => {
      const [, text] = new RegExp(`<${tag}>([^]*)</${tag}>`).exec(html)!;
      return `'sha256-${createHash('sha256').update(text!).digest('base64')}'`;
    };

    expect(response.headers.get('content-security-policy')).toBe(
      `default-src 'none'; style-src ${hashOf('style')}; script-src ${hashOf('script')}; ` +
        `connect-src 'self'; base-uri 'none'; form-action 'none'`,
    );
  });

  it('never holds the access token', async () => {
    expect(await htmlOf({ shareOn: 'true' })).not.toContain(token);
    expect(await htmlOf({ access_token: 'needle' })).not.toContain('needle');
  });

  it.each([
    ['25', '$25.00', '$0.12', '24.88 USDC'],
    ['1.46', '$1.46', '$0.00', '1.46 USDC'],
    ['100', '$100.00', '$0.50', '99.50 USDC'],
  ])('shows the amount of its address, %s, with fee and receipt', async (amount, ...shown) => {
    const html = await htmlOf({ amount });

    for (const text of shown) expect(html).toContain(`>${text}<`);
  });

  it.each(['light', 'dark'])('has the theme of its address: %s', async (theme) => {
    expect(await htmlOf({ theme })).toContain(`<html lang="en" data-theme="${theme}">`);
    const refused = await (await open({ theme })).text();
    expect(refused).toContain(`<html lang="en" data-theme="${theme}">`);
  });

  it.each(['', 'LIGHT', 'blue'])('leaves the theme to the browser for theme=%s', async (theme) => {
    expect(await htmlOf({ theme })).toContain('<html lang="en">');
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

      expect(html).toContain(`<dd class="mono" title="${escaped}">${escaped}</dd>`);
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

  it('says whose sellers are asked for onlyPrivateMatching=true', async () => {
    expect(await htmlOf({ onlyPrivateMatching: 'true' })).toContain('Your network first');
    expect(await htmlOf()).not.toContain('Your network first');
  });

  describe('is refused with a readable page', () => {
    const without = (...names: string[]) =>
      new URLSearchParams(Object.entries(complete()).filter(([name]) => !names.includes(name)));

    it.each([
      ['address', 400, 'address.'],
      ['amount', 400, 'amount.'],
      ['access_token', 401, 'access_token.'],
      ['address amount', 400, 'address and amount.'],
      ['address amount access_token', 401, 'address, amount, and access_token.'],
    ])('that names what is missing: %s', async (names, status, list) => {
      const response = await open(without(...names.split(' ')).toString());
      const html = await response.text();

      expect(response.status).toBe(status);
      expect(response.headers.get('content-type')).toMatch('text/html');
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(html).toContain(`missing in the address of this page: ${list}`);
      expect(html).toContain('<main>');
      expect(html).not.toContain('<script');
    });

    it.each(['address', 'amount', 'access_token'])(
      'if %s is empty or given twice',
      async (name) => {
        for (const query of [`${name}=`, `${name}=1&${name}=1`]) {
          const html = await (await open(`${without(name).toString()}&${query}`)).text();

          expect(html).toContain(`missing in the address of this page: ${name}.`);
        }
      },
    );

    it.each(['0', '0.00', '-1', '+1', '1e3', '1,5', '1,000', '01', '1.234', 'abc', ' 1'])(
      'for the amount %j',
      async (amount) => {
        const response = await open(complete({ amount }));

        expect(response.status).toBe(400);
        expect(await response.text()).toContain('is not an amount in USD');
      },
    );

    it.each([
      ['something that is no JWT', () => 'abc'],
      ['a forged signature', () => `${token.slice(0, -6)}AAAAAA`],
    ])('for %s as token', async (_, forged) => {
      const response = await open(complete({ access_token: forged() }));

      expect(response.status).toBe(401);
      expect(await response.text()).toContain('not valid');
    });

    it('for an expired token', async () => {
      const response = await open(complete({ access_token: await sandbox.issueToken(-1) }));

      expect(response.status).toBe(401);
      expect(await response.text()).toContain('expired');
    });

    it('for an unsigned token', async () => {
      const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
      const unsigned = `${part({ alg: 'none' })}.${part({ exp: 4e9, iat: 1, jti: 'x' })}.`;

      expect((await open(complete({ access_token: unsigned }))).status).toBe(401);
    });
  });
});

describe('A path that the sandbox does not have', () => {
  it('has a page for browsers, and JSON for programs', async () => {
    await using sandbox = await PhoenixSandbox.start();
    const browser = { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } };
    const page = await fetch(`${sandbox.origin}/checkout`, browser);

    expect(page.status).toBe(404);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await page.text()).toContain('There is no such page');
    const reply = await fetch(`${sandbox.origin}/checkout`, { method: 'POST' });
    expect(reply.status).toBe(404);
    expect(await json(reply)).toMatchObject({ message: 'Cannot POST /checkout' });
  });
});
