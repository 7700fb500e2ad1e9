import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { SandboxSettings } from '../sandbox.options.js';
import type { Stats } from '../stats/stats.js';

const HEADER = encode({ alg: 'HS256', typ: 'JWT' });

const claimsSchema = z.object({
  exp: z.number(),
  iat: z.number(),
  jti: z.string(),
  nbf: z.number().optional(),
});

/** Signs and verifies tokens in the vendor's format: JWTs with HS256 (RFC 7515, RFC 7519). */
export class TokenIssuer {
  readonly #issued: string[] = [];

  constructor(
    private readonly settings: SandboxSettings,
    private readonly stats: Stats,
  ) {}

  get issuedTokens(): readonly string[] {
    return [...this.#issued];
  }

  get lastToken(): string | undefined {
    return this.#issued.at(-1);
  }

  issue({
    lifetimeSeconds = this.settings.tokenLifetimeSeconds,
    clockSkewSeconds = 0,
  }: {
    readonly lifetimeSeconds?: number | undefined;
    readonly clockSkewSeconds?: number | undefined;
  } = {}): string {
    const issuedAt = this.#nowSeconds() + clockSkewSeconds;
    const claims = encode({
      partner: { client_id: this.settings.clientId },
      scope: ['iframe'],
      version: '1',
      iat: issuedAt,
      exp: issuedAt + lifetimeSeconds,
      jti: randomUUID(),
    });
    const token = `${HEADER}.${claims}.${this.#sign(`${HEADER}.${claims}`)}`;
    this.#issued.push(token);
    this.stats.tokenIssued();
    return token;
  }

  /** Whether a token is signed with our key and alive on the sandbox's own clock. */
  isValid(token: string): boolean {
    const [header = '', claims = '', signature = '', ...rest] = token.split('.');
    if (rest.length > 0 || !isSame(signature, this.#sign(`${header}.${claims}`))) return false;
    const parsed = claimsSchema.safeParse(decode(claims));
    if (decode(header)?.alg !== 'HS256' || !parsed.success) return false;
    const { exp, nbf = -Infinity } = parsed.data;
    const now = this.#nowSeconds();
    return now < exp && nbf <= now;
  }

  #nowSeconds(): number {
    return Math.floor(this.settings.now() / 1000);
  }

  #sign(text: string): string {
    return createHmac('sha256', this.settings.signingKey).update(text).digest('base64url');
  }
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function decode(part: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

function isSame(given: string, expected: string): boolean {
  return (
    given.length === expected.length && timingSafeEqual(Buffer.from(given), Buffer.from(expected))
  );
}
