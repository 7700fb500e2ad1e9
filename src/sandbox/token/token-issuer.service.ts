import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { jwtVerify, SignJWT } from 'jose';
import { SANDBOX_SETTINGS, type SandboxSettings } from '../sandbox.options.js';
import { StatsService } from '../stats/stats.service.js';

const ALGORITHM = 'HS256';
const SCOPE = ['iframe'];

/** Signs and verifies tokens in the vendor's format. */
@Injectable()
export class TokenIssuerService {
  readonly #issued: string[] = [];

  constructor(
    @Inject(SANDBOX_SETTINGS) private readonly settings: SandboxSettings,
    private readonly stats: StatsService,
  ) {}

  get issuedTokens(): readonly string[] {
    return [...this.#issued];
  }

  get lastToken(): string | undefined {
    return this.#issued.at(-1);
  }

  async issue({
    lifetimeSeconds = this.settings.tokenLifetimeSeconds,
    clockSkewSeconds = 0,
  }: {
    readonly lifetimeSeconds?: number | undefined;
    readonly clockSkewSeconds?: number | undefined;
  } = {}): Promise<string> {
    const issuedAt = Math.floor(this.settings.now() / 1000) + clockSkewSeconds;
    const token = await new SignJWT({
      partner: { client_id: this.settings.clientId },
      scope: SCOPE,
      version: '1',
    })
      .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + lifetimeSeconds)
      .setJti(randomUUID())
      .sign(this.settings.signingKey);
    this.#issued.push(token);
    this.stats.tokenIssued();
    return token;
  }

  /** Whether a token is one of ours and alive on the sandbox's own clock. */
  async isValid(token: string): Promise<boolean> {
    try {
      await jwtVerify(token, this.settings.signingKey, {
        algorithms: [ALGORITHM],
        requiredClaims: ['exp', 'iat', 'jti'],
        currentDate: new Date(this.settings.now()),
      });
      return true;
    } catch {
      return false;
    }
  }
}
