import { isIP } from 'node:net';
import { registerAs } from '@nestjs/config';
import { z } from 'zod';
import type { OptionProblem } from '../phoenix/index.js';

export const LOG_LEVELS = ['error', 'warn', 'log', 'debug', 'verbose'] as const;

/** Empty variables count as unset. */
const setting = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((text) => (text === '' ? undefined : text), schema);

const integer = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d+$/, 'is not a whole number')
    .transform(Number)
    .pipe(z.number().min(least, `is below ${least}`).max(most, `is above ${most}`));

const trustProxy = z
  .string()
  .refine(isProxyTrust, 'is neither true, false, nor a list of addresses and networks')
  .transform((text): boolean | string[] =>
    /^(true|false)$/.test(text) ? text === 'true' : text.split(',').map((item) => item.trim()),
  );

const environment = z.object({
  PORT: setting(integer(0, 65_535).default(3000)),
  HOST: setting(z.string().default('0.0.0.0')),
  PHOENIX_RATE_LIMIT_PER_MINUTE: setting(integer(0, 1_000_000).default(120)),
  PHOENIX_HEALTH_DETAILS: setting(
    z.enum(['guarded', 'public'], 'must be guarded or public').default('guarded'),
  ),
  TRUST_PROXY: setting(trustProxy.default(false)),
  LOG_LEVEL: setting(z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`).default('log')),
  LOG_FORMAT: setting(z.enum(['json', 'pretty'], 'must be json or pretty').default('json')),
});

const REMEDIES: Readonly<Record<string, string>> = {
  PORT: 'Give a port from 0 to 65535; 3000 is the default',
  HOST: 'Give the address to listen on; 0.0.0.0 is the default',
  PHOENIX_RATE_LIMIT_PER_MINUTE:
    'Give requests per minute, client address and route; 120 is the default, 0 means no limit',
  PHOENIX_HEALTH_DETAILS: 'Use guarded or public; guarded is the default',
  TRUST_PROXY:
    'Give the addresses or networks of your proxies, loopback, linklocal, uniquelocal, true or false',
  LOG_LEVEL: 'Use error, warn, log, debug or verbose; log is the default',
  LOG_FORMAT: 'Use json or pretty; json is the default',
};

/** Settings of the service around the module. */
export interface ServiceSettings {
  readonly port: number;
  readonly host: string;
  /** Requests per minute, client address and route; 0 means no limit. */
  readonly rateLimitPerMinute: number;
  /** Who may see the details of health: callers with credentials, or everybody. */
  readonly healthDetails: 'guarded' | 'public';
  readonly trustProxy: boolean | string[];
  readonly logLevel: (typeof LOG_LEVELS)[number];
  readonly logFormat: 'json' | 'pretty';
}

/** What is wrong with the service's own variables. */
export function findServiceProblems(env: NodeJS.ProcessEnv): OptionProblem[] {
  const { error } = environment.safeParse(env);
  return (error?.issues ?? []).map(({ path, message }) => {
    const field = String(path[0]);
    return { field, problem: message, remedy: REMEDIES[field] ?? '' };
  });
}

/** The service's settings, after the variables have been checked. */
export const serviceConfig = registerAs('service', (): ServiceSettings => {
  const env = environment.parse(process.env);
  return {
    port: env.PORT,
    host: env.HOST,
    rateLimitPerMinute: env.PHOENIX_RATE_LIMIT_PER_MINUTE,
    healthDetails: env.PHOENIX_HEALTH_DETAILS,
    trustProxy: env.TRUST_PROXY,
    logLevel: env.LOG_LEVEL,
    logFormat: env.LOG_FORMAT,
  };
});

function isProxyTrust(text: string): boolean {
  if (/^(true|false)$/.test(text)) return true;
  return text.split(',').every((item) => {
    const [address = '', bits, ...rest] = item.trim().split('/');
    if (/^(loopback|linklocal|uniquelocal)$/.test(address)) return bits === undefined;
    return (
      isIP(address) !== 0 && rest.length === 0 && (bits === undefined || isPrefix(bits, address))
    );
  });
}

function isPrefix(bits: string, address: string): boolean {
  return /^\d{1,3}$/.test(bits) && Number(bits) <= (isIP(address) === 4 ? 32 : 128);
}
