import { FakeClock } from '../../../test/support/fake-clock.js';
import { AccessToken, instantOf } from './access-token.js';
import { TokenKeeper } from './token-keeper.js';
import { TokenRenewal } from './token-renewal.js';
import { readTokenReply } from './token-response.js';

const LIFETIME_MS = 20_000;

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A vendor that repeats the same token until it dies, and tells times in whole seconds. */
class RepeatingVendor {
  expMs = 0;
  #token = '';

  constructor(
    private readonly clock: FakeClock,
    private readonly form: 'jwt' | 'opaque',
    private readonly round: (seconds: number) => number,
  ) {}

  async requestToken(): Promise<AccessToken> {
    const requestedAt = instantOf(this.clock);
    const nowMs = this.clock.wallMs();
    if (nowMs >= this.expMs) this.#issue(nowMs);
    const expires_in = this.round((this.expMs - nowMs) / 1000);
    const reply = {
      status: 200,
      headers: { date: new Date(nowMs).toUTCString() },
      body: JSON.stringify({ access_token: this.#token, token_type: 'Bearer', expires_in }),
      requestedAtWallMs: requestedAt.wallMs,
    };
    const { accessToken, lifetimeMs } = readTokenReply(reply, {
      style: { tokenRequestFormat: 'json', clientAuthentication: 'body' },
      workedBefore: false,
      assumedLifetimeMs: 3_600_000,
      confidential: { clientId: 'a', clientSecret: 'b', tokens: [] },
    });
    await Promise.resolve();
    return new AccessToken({ value: accessToken, lifetimeMs, scope: [], requestedAt }, this.clock);
  }

  /** `iat` and `exp` are whole seconds; an opaque token dies when its life is over. */
  #issue(nowMs: number): void {
    const iat = Math.floor(nowMs / 1000);
    this.expMs = this.form === 'jwt' ? iat * 1000 + LIFETIME_MS : nowMs + LIFETIME_MS;
    const exp = this.expMs / 1000;
    this.#token =
      this.form === 'jwt' ? `${part({ alg: 'HS256' })}.${part({ iat, exp })}.c2ln` : `o-${nowMs}`;
  }
}

async function lateHandOuts(form: 'jwt' | 'opaque', round: (seconds: number) => number) {
  const clock = new FakeClock(Date.parse('2026-01-01T00:00:00.137Z'));
  const vendor = new RepeatingVendor(clock, form, round);
  const limits = { requestTimeoutMs: 5_000, acquireTimeoutMs: 10_000, maxAttempts: 1 };
  const policy = { refreshAheadMs: 600_000, expirySkewMs: 0, minRemainingMs: 0 };
  const renewal = new TokenRenewal(
    vendor,
    () => Promise.resolve('b'),
    limits,
    clock,
    () => 0.5,
  );
  const keeper = new TokenKeeper(renewal, policy, clock, () => 0.5);
  let [handOuts, late] = [0, 0];
  while (handOuts < 1_000) {
    const token = keeper.peek() ?? (await keeper.obtain().catch(() => undefined));
    if (token !== undefined) {
      handOuts++;
      if (clock.wallMs() >= vendor.expMs) late++;
    }
    await clock.advance(61);
  }
  keeper.close();
  return late;
}

describe('a token that the vendor repeats until it dies', () => {
  it.each([
    ['a JWT, whose exp is before the end of expires_in', 'jwt', () => 20],
    ['a JWT, the rest of whose life is rounded up', 'jwt', Math.ceil],
    ['an opaque token, the rest of whose life is rounded down', 'opaque', Math.floor],
  ] as const)('is never handed out after that: %s', async (_, form, round) => {
    expect(await lateHandOuts(form, round)).toBe(0);
  });

  it('does not seem to live longer because its life is told in whole seconds', async () => {
    expect(await lateHandOuts('opaque', Math.ceil)).toBe(0);
  });
});
