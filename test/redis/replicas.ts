import type { PhoenixError } from '../../src/phoenix/index.js';
import { RedisTokenStore, type RedisTokenStoreOptions } from '../../src/phoenix/redis/index.js';
import { settingsFrom } from '../../src/phoenix/phoenix.settings.js';
import type { PhoenixOptions } from '../../src/phoenix/phoenix.options.js';
import { AccessToken, instantOf } from '../../src/phoenix/token/access-token.js';
import { createSystemClock, type Clock } from '../../src/phoenix/token/clock.js';
import { createTokenLife, type TokenLife } from '../../src/phoenix/token/token-life.js';
import { PhoenixTokenService } from '../../src/phoenix/token/phoenix-token.service.js';
import type { StoreAccount } from '../../src/phoenix/token/token-store.js';
import { eventually, type RedisServer } from '../support/redis-server.js';

export const ACCOUNT: StoreAccount = {
  tokenUrl: 'https://a.example',
  clientId: 'partner',
  clientAuthentication: 'body',
};

const clock = createSystemClock();

/** A token of a minute, obtained just now. */
export function tokenOf(value: string): AccessToken {
  const requestedAt = instantOf(clock);
  return new AccessToken({ value, scope: [], lifetimeMs: 60_000, requestedAt }, clock);
}

export const KEYS = [{ id: 'k1', key: Buffer.alloc(32, 1).toString('base64') }];

/** A vendor that all replicas ask, and that says when it answers. */
export class Vendor {
  requests = 0;
  lifetimeMs = 3_600_000;
  /** What the next requests meet, the first one first. */
  readonly failures: PhoenixError[] = [];
  /** Issues this token again and again. */
  reissues: string | undefined;
  /** Held back until this is resolved. */
  gate: Promise<void> = Promise.resolve();

  issuerFor(clock: Clock) {
    return {
      requestToken: async (): Promise<AccessToken> => {
        const number = ++this.requests;
        const requestedAt = instantOf(clock);
        await this.gate;
        const failure = this.failures.shift();
        if (failure !== undefined) throw failure;
        // Each a second longer than the one before, so that no delay on the way can hide which is the later one.
        const lifetimeMs = this.lifetimeMs + (number - 1) * 1_000;
        const value = this.reissues ?? `secret-token-number-${number}`;
        return new AccessToken({ value, scope: ['iframe'], lifetimeMs, requestedAt }, clock);
      },
    };
  }
}

/** One replica: its own store and connections, its own state. */
export class Replica implements AsyncDisposable {
  readonly service: PhoenixTokenService;
  readonly events: string[] = [];

  private constructor(readonly life: TokenLife) {
    this.service = new PhoenixTokenService(life);
    this.service.events$.subscribe(({ type }) => this.events.push(type));
  }

  static start(
    vendor: Vendor,
    redis: RedisServer | { url: string },
    {
      clock = createSystemClock(),
      store = {},
      options = {},
    }: {
      clock?: Clock;
      store?: Partial<RedisTokenStoreOptions>;
      options?: Partial<PhoenixOptions>;
    } = {},
  ): Replica {
    const settings = settingsFrom({
      clientId: 'replicas',
      clientSecret: 'the-client-secret',
      store: new RedisTokenStore({ url: redis.url, encryptionKeys: KEYS, ...store }),
      ...options,
    });
    return new Replica(createTokenLife(vendor.issuerFor(clock), settings, clock, () => 0.5));
  }

  /** Resolves when the store can (or can no longer) be used. */
  async sharing(available = true): Promise<void> {
    await eventually(() => this.service.status().sharing?.available === available);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.service.onApplicationShutdown();
  }
}
