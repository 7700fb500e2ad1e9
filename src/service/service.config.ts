import { isIP } from 'node:net';
import { registerAs } from '@nestjs/config';
import { z } from 'zod';
import type { OptionProblem } from '../phoenix/index.js';
import { readVariables, type Environment } from '../phoenix/environment-variables.js';
import { describeIssue, problemsOf, type Guides } from '../phoenix/option-problems.js';

export const LOG_LEVELS = ['error', 'warn', 'log', 'debug', 'verbose'] as const;

const SWITCH = /^(true|false)$/;

const trustProxy = z
  .array(
    z
      .string()
      .refine(isProxyTrust, 'is neither true, false, nor the name of a network, nor an address'),
  )
  .refine(
    (items) => items.length === 1 || !items.some((item) => SWITCH.test(item)),
    'has true or false among addresses',
  )
  .transform(([first = '', ...rest]): boolean | string[] =>
    SWITCH.test(first) ? first === 'true' : [first, ...rest],
  );

const serviceOptions = z.object({
  port: z.int().min(0).max(65_535).default(3000),
  host: z.string().default('0.0.0.0'),
  rateLimitPerMinute: z.int().min(0).max(1_000_000).default(120),
  healthDetails: z.enum(['guarded', 'public']).default('guarded'),
  docs: z.boolean(),
  trustProxy: trustProxy.default(false),
  logLevel: z.enum(LOG_LEVELS).default('log'),
  logFormat: z.enum(['json', 'pretty']).default('json'),
});

/** One entry per variable of the service. */
export const SERVICE_OPTION_GUIDE = {
  port: {
    env: { name: 'PORT', kind: 'integer' },
    remedy: 'Set a port from 0 to 65535; 3000 is the default',
  },
  host: {
    env: { name: 'HOST', kind: 'text' },
    remedy: 'Set the address to listen on; 0.0.0.0 is the default',
  },
  rateLimitPerMinute: {
    env: { name: 'PHOENIX_RATE_LIMIT_PER_MINUTE', kind: 'integer' },
    remedy:
      'Set requests per minute, client address and route; 120 is the default, 0 means no limit',
  },
  healthDetails: {
    env: { name: 'PHOENIX_HEALTH_DETAILS', kind: 'text' },
    remedy: 'Set guarded or public; guarded is the default',
  },
  docs: {
    env: { name: 'PHOENIX_DOCS', kind: 'flag' },
    remedy: 'Set true or false; true is the default, but with NODE_ENV=production',
  },
  trustProxy: {
    env: { name: 'TRUST_PROXY', kind: 'list' },
    remedy:
      'Set the addresses or networks of your proxies, loopback, linklocal, uniquelocal, true or false',
  },
  logLevel: {
    env: { name: 'LOG_LEVEL', kind: 'text' },
    remedy: 'Use error, warn, log, debug or verbose; log is the default',
  },
  logFormat: {
    env: { name: 'LOG_FORMAT', kind: 'text' },
    remedy: 'Use json or pretty; json is the default',
  },
} as const satisfies Guides;

/** Settings of the service around the module. */
export type ServiceSettings = Readonly<z.output<typeof serviceOptions>>;

/** What is wrong with the service's own variables. */
export function findServiceProblems(env: Environment): OptionProblem[] {
  const { error } = serviceOptions.safeParse(optionsIn(env), { error: describeIssue });
  return error === undefined ? [] : problemsOf(error, SERVICE_OPTION_GUIDE, 'env');
}

/** The service's settings, after the variables have been checked. */
export const serviceConfig = registerAs('service', (): ServiceSettings =>
  serviceOptions.parse(optionsIn(process.env)),
);

function optionsIn(env: Environment): Record<string, unknown> {
  const production = env.NODE_ENV?.trim() === 'production';
  return { docs: !production, ...readVariables(SERVICE_OPTION_GUIDE, env) };
}

function isProxyTrust(item: string): boolean {
  const [address = '', bits, ...rest] = item.split('/');
  if (/^(true|false|loopback|linklocal|uniquelocal)$/.test(address)) return bits === undefined;
  return (
    isIP(address) !== 0 && rest.length === 0 && (bits === undefined || isPrefix(bits, address))
  );
}

function isPrefix(bits: string, address: string): boolean {
  return /^\d{1,3}$/.test(bits) && Number(bits) <= (isIP(address) === 4 ? 32 : 128);
}
