import { createHash } from 'node:crypto';
import type { Provider } from '@nestjs/common';
import type { PhoenixOptions } from './phoenix.options.js';
import { PHOENIX_OPTIONS } from './phoenix.tokens.js';

/** Options that nothing prints: Nest keeps what a provider provides where `inspect(app)` finds it. */
export class SealedOptions {
  readonly #options: PhoenixOptions;

  constructor(options: PhoenixOptions) {
    this.#options = options;
  }

  /** The options themselves; what a test put in their place is not sealed. */
  static open(options: PhoenixOptions | SealedOptions): PhoenixOptions {
    return options instanceof SealedOptions ? options.#options : options;
  }
}

/** Lets the provider of the options provide them sealed; others stay as they are. */
export function sealing(provider: Provider): Provider {
  if (!('provide' in provider) || provider.provide !== PHOENIX_OPTIONS) return provider;
  if ('useValue' in provider) {
    const options = provider.useValue as PhoenixOptions;
    return { provide: PHOENIX_OPTIONS, useFactory: () => new SealedOptions(options) };
  }
  if (!('useFactory' in provider)) return provider;
  const { useFactory, ...rest } = provider;
  const factory = useFactory as (...dependencies: unknown[]) => unknown;
  return {
    ...rest,
    useFactory: async (...dependencies: unknown[]) =>
      new SealedOptions((await factory(...dependencies)) as PhoenixOptions),
  };
}

/** The same options with their secrets behind functions and hashes, safe to print. */
export function withHiddenSecrets(options: PhoenixOptions): PhoenixOptions {
  const { clientSecret, apiKeys, jwt } = options;
  const jwtSecret = jwt?.secret;
  return {
    ...options,
    ...(typeof clientSecret === 'string' && { clientSecret: () => clientSecret }),
    ...(apiKeys !== undefined && { apiKeys: apiKeys.map(hashOf) }),
    ...(typeof jwtSecret === 'string' && { jwt: { ...jwt, secret: () => jwtSecret } }),
  };
}

function hashOf(key: string): string {
  if (/^sha256:/i.test(key)) return key;
  return `sha256:${createHash('sha256').update(key).digest('hex')}`;
}
