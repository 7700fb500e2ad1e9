import { randomBytes } from 'node:crypto';
import type { LoggerService, LogLevel } from '@nestjs/common';
import { z } from 'zod';
import type { CheckoutSettings } from './checkout/checkout.service.js';
import type { ExpiryMessage, ExplorerUrlPlace } from './checkout/order.js';
import { LARGEST_UNIQUENESS_CENTS } from './checkout/quote.js';

/** How to start a {@link PhoenixSandbox}. Everything is optional. */
export interface PhoenixSandboxOptions {
  /** TCP port. Default 0: any free port. */
  readonly port?: number | undefined;
  /**
   * Address or name to listen on. Default `127.0.0.1`, reachable from this machine only. Of all names but
   * `localhost`, it is the only one under which browsers may change the sandbox.
   */
  readonly host?: string | undefined;
  /** The partner's id. Default: a demo id. */
  readonly clientId?: string | undefined;
  /** The partner's secret. Default: a demo secret. */
  readonly clientSecret?: string | undefined;
  /** Life of a token in seconds. Default 3600, as the vendor documents. */
  readonly tokenLifetimeSeconds?: number | undefined;
  /** HS256 key of the tokens. Default: random, so that tokens of another sandbox are refused. */
  readonly signingKey?: string | Uint8Array | undefined;
  /**
   * Fee of a payment in hundredths of a percent, taken off what is received. Default 50, i.e. 0.5 %: in
   * the vendor's sample 100 USD bring 99.5 USDC.
   */
  readonly feeBasisPoints?: number | undefined;
  /** Cents added to each order so that its payment can be told from others, 0 to 20. Default: random. */
  readonly uniquenessCents?: number | undefined;
  /**
   * Where `OPEN_EXPLORER_URL` has its `url`: in `data`, as the vendor's schema says (the default), or at
   * the `top`, beside `type`, where its samples read it.
   */
  readonly explorerUrlPlace?: ExplorerUrlPlace | undefined;
  /**
   * What the page posts when an order expires, which the vendor does not say. Default `PAYMENT_FAILED`.
   */
  readonly expiryMessage?: ExpiryMessage | undefined;
  /** The sandbox's clock, in milliseconds since the epoch. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
  /**
   * A Nest logger, or the levels of one, for the sandbox's own lines: where it listens, and errors of its
   * own. Default `false`: quiet. The logger of the process stays as it is.
   */
  readonly logger?: LoggerService | LogLevel[] | false | undefined;
}

/** The options with every default applied. */
export interface SandboxSettings extends CheckoutSettings {
  readonly port: number;
  readonly host: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly tokenLifetimeSeconds: number;
  readonly signingKey: Uint8Array;
}

const schema = z.object({
  port: z.int().min(0).max(65_535).default(0),
  host: z.string().min(1).default('127.0.0.1'),
  clientId: z.string().min(1).default('7SandboxDemoPartnerXy9'),
  clientSecret: z.string().min(1).default('sandbox-secret-not-for-production'),
  tokenLifetimeSeconds: z.int().positive().default(3600),
  signingKey: z
    .union([z.string().min(1), z.custom<Uint8Array>(isNonEmptyBytes)], {
      error: 'Must be a non-empty string or Uint8Array',
    })
    .default(() => randomBytes(32)),
  feeBasisPoints: z.int().min(0).max(9_999).default(50),
  uniquenessCents: z.int().min(0).max(LARGEST_UNIQUENESS_CENTS).optional(),
  explorerUrlPlace: z.enum(['data', 'top']).default('data'),
  expiryMessage: z.enum(['PAYMENT_FAILED', 'PAYMENT_CANCELLED', 'none']).default('PAYMENT_FAILED'),
  now: z.custom<() => number>((value) => typeof value === 'function').default(() => Date.now),
});

/** @throws Error naming each option that is not valid */
export function resolveSandboxOptions(options: PhoenixSandboxOptions): SandboxSettings {
  const parsed = schema.safeParse(options);
  if (!parsed.success) {
    throw new Error(`The sandbox's options are not valid:\n${z.prettifyError(parsed.error)}`);
  }
  const { signingKey, uniquenessCents, ...settings } = parsed.data;
  return {
    ...settings,
    uniquenessCents,
    signingKey: typeof signingKey === 'string' ? new TextEncoder().encode(signingKey) : signingKey,
  };
}

function isNonEmptyBytes(value: unknown): boolean {
  return ArrayBuffer.isView(value) && value.byteLength > 0;
}
