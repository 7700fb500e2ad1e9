import {
  ConflictException,
  Injectable,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import type { PhoenixOptions } from '../../src/phoenix/index.js';
import { PhoenixSandbox } from '../../src/sandbox/index.js';
import { phoenixHost } from './harness.js';

const ALICE = '0x52908400098527886E0F7030069857D2E4169EE7';
const MALLORY = '0x8617E340B3D01FA5F11F306F4090FD50E238070D';

class Wallet {
  readonly #address: string;

  constructor(address: string) {
    this.#address = address;
  }

  get address(): string {
    return this.#address;
  }
}

interface SignedIn {
  readonly user: { readonly wallet: string };
}

@Injectable()
class SessionGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    context.switchToHttp().getRequest<{ user: object }>().user = { wallet: ALICE };
    return true;
  }
}

describe('lockParams', () => {
  let sandbox: PhoenixSandbox;

  beforeAll(async () => {
    sandbox = await PhoenixSandbox.start();
  });
  afterAll(() => sandbox.close());

  /** As a host from JavaScript may give it, that is: without any check of types. */
  const hostLocking = (lockParams: unknown, options: Partial<PhoenixOptions> = {}) =>
    phoenixHost()
      .vendor(sandbox)
      .options({ ...options, lockParams } as Partial<PhoenixOptions>)
      .extras({ controller: { guards: [SessionGuard] } })
      .start();

  it.each([
    ['at once', ({ user }: SignedIn) => ({ address: user.wallet })],
    ['after a while', ({ user }: SignedIn) => Promise.resolve({ address: user.wallet })],
  ])('decides %s from the request that the guards left', async (_, lockParams) => {
    await using app = await hostLocking(lockParams);

    const { body } = await app.get('/phoenix/iframe-url?memo=1&amount=10');

    expect(new URL(body.url).searchParams.get('address')).toBe(ALICE);
    expect(new URL(body.url).searchParams.get('memo')).toBe('1');
  });

  it('refuses another value from the caller', async () => {
    await using app = await hostLocking(() => ({ address: ALICE, theme: 'light' }));

    const { status, body } = await app.get(
      `/phoenix/iframe-url?address=${MALLORY}&amount=10&theme=dark&memo=1`,
    );

    expect(status).toBe(400);
    expect(body.code).toBe('invalid_parameters');
    expect(body.invalid_params).toEqual([
      { name: 'address', reason: 'is locked to another value: leave it out' },
      { name: 'theme', reason: 'is locked to another value: leave it out' },
    ]);
    expect(JSON.stringify(body)).not.toContain(ALICE);
  });

  it.each(['Address', 'ADDRESS', 'add_ress', 'Order_Ref', 'orderref'])(
    'refuses %s, which is another spelling of what is locked',
    async (name) => {
      await using app = await hostLocking(() => ({ address: ALICE, orderRef: '42' }));

      const { status, body } = await app.get(`/phoenix/iframe-url?amount=10&${name}=${MALLORY}`);

      expect(status).toBe(400);
      const right = name.startsWith('A') || name.startsWith('a') ? 'address' : 'orderRef';
      expect(body.invalid_params).toEqual([
        { name, reason: `is another spelling of ${right}: use that` },
      ]);
    },
  );

  it('gives what is required', async () => {
    await using app = await hostLocking(() => ({ address: ALICE, amount: '25.00' }));

    const { body } = await app.get('/phoenix/iframe-url');

    expect(new URL(body.url).search).toMatch(/^\?address=0x\w+&amount=25\.00&access_token=/);
  });

  it('accepts the same value from the caller', async () => {
    await using app = await hostLocking(() => ({ address: ALICE }));

    const { status, body } = await app.get(`/phoenix/iframe-url?address=${ALICE}&amount=10`);

    expect(status).toBe(200);
    expect(new URL(body.url).searchParams.getAll('address')).toEqual([ALICE]);
  });

  it('wins over default parameters and over the configured address', async () => {
    await using app = await hostLocking(() => ({ address: ALICE, lang: 'fr' }), {
      iframeUrl: `${sandbox.iframeUrl}?address=${MALLORY}`,
      iframeParams: { lang: 'de' },
    });

    const { body } = await app.get('/phoenix/iframe-url?amount=10');

    expect(new URL(body.url).searchParams.getAll('address')).toEqual([ALICE]);
    expect(new URL(body.url).searchParams.getAll('lang')).toEqual(['fr']);
  });

  it('may lock nothing', async () => {
    await using app = await hostLocking(() => ({}));

    expect((await app.get(`/phoenix/iframe-url?address=${MALLORY}&amount=10`)).status).toBe(200);
  });

  it.each([
    [
      'at once',
      () => {
        throw new ConflictException('Choose a wallet first.');
      },
    ],
    ['after a while', () => Promise.reject(new ConflictException('Choose a wallet first.'))],
  ])('may refuse a request %s with an exception of the host', async (_, lockParams) => {
    await using app = await hostLocking(lockParams);

    const { status, body } = await app.get('/phoenix/iframe-url');

    expect(status).toBe(409);
    expect(body).toEqual({
      statusCode: 409,
      error: 'Conflict',
      message: 'Choose a wallet first.',
    });
  });

  it('leaves any other error to the host, whose reply holds nothing of it', async () => {
    await using app = await hostLocking(() => {
      throw new Error('no such table: wallets');
    });

    const { status, text } = await app.get('/phoenix/iframe-url');

    expect(status).toBe(500);
    expect(text).not.toContain('wallets');
  });

  it.each([
    ['nothing, as after a forgotten return', undefined],
    ['null', null],
    ['text', ALICE],
    ['a number', 7],
    ['a list', [ALICE]],
    ['a map', new Map([['address', ALICE]])],
    ['an object of a class, with accessors', new Wallet(ALICE)],
    ['the address of nobody', { address: undefined }],
    ['a number in place of text', { memo: 7 }],
    ['a wrong address', { address: '0x1' }],
    ['an access token', { access_token: 'mine' }],
    ['a name that is none', { 'a b': 'x' }],
    ['an id of a payment', { payment_id: 'mine' }],
    ['another spelling of a name', { Address: ALICE }],
    ['an amount that is none', { amount: '1e3' }],
    ['payment links, which are off', { shareOn: 'true' }],
  ])(
    'that returns %s locks the route rather than leave the caller a choice',
    async (_, garbage) => {
      await using app = await hostLocking(() => garbage);

      const { status, headers, body } = await app.get(`/phoenix/iframe-url?address=${MALLORY}`);

      expect(status).toBe(500);
      expect(headers['content-type']).toMatch(/^application\/problem\+json/);
      expect(body).toEqual({
        type: 'urn:problem-type:phoenix:internal-error',
        title: 'Something is wrong on our side',
        status: 500,
        detail: 'This could not be answered. It was logged.',
        code: 'internal_error',
      });
      const [logged] = app.logbook.ofPhoenix('error');
      expect(logged).toMatch(/lockParams .*correct the function/);
      expect(logged).not.toContain(ALICE);
    },
  );
});
