import { createHash } from 'node:crypto';
import { CronTime } from 'cron';
import { z } from 'zod';
import { clientSecret } from './client-secret.js';
import {
  describeIssue,
  PhoenixOptionsError,
  problemsOf,
  type NameStyle,
  type OptionProblem,
} from './option-problems.js';
import { OPTION_GUIDE, OPTION_PLACES } from './phoenix.option-guide.js';
import type { LockParams, PhoenixOptions } from './phoenix.options.js';
import { iframeSettings, iframeProblems } from './iframe.settings.js';
import { jwt } from './jwt.settings.js';
import { ACROSS_FIELDS, seconds, unlessWrong } from './setting-rules.js';
import { originOf, secureUrl } from './secure-url.js';
import type { PhoenixTokenStore } from './token/token-store.js';

const milliseconds = seconds;

const cronExpression = z
  .string()
  .refine(isCronExpression, 'is not a cron expression that is ever due');

/** In any case, lest a hash in capitals becomes a key itself. */
const HASH_PREFIX = /^sha256:/i;

const apiKey = z
  .string()
  .refine((key) => HASH_PREFIX.test(key) || key.length >= 16, 'is shorter than 16 characters')
  .refine(
    (key) => !HASH_PREFIX.test(key) || /^sha256:[0-9a-f]{64}$/i.test(key),
    'starts with sha256: but has not 64 hex digits after it',
  )
  .refine(
    (key) => !/[^ -~]|^ | $/.test(key),
    'has other characters than visible ASCII, which clients do not send alike',
  )
  .transform(digestOf);

/** What begins to count for callers when less than this is left, so a refresh has to begin before. */
const LATER_MARGINS = ['minRemainingSeconds', 'expirySkewSeconds'] as const;

const phoenixOptions = z
  .strictObject({
    clientId: z.string().min(1),
    clientSecret,
    tokenUrl: secureUrl.default('https://api.phoenix.market/oauth/token'),
    scope: z.string().min(1).optional(),
    tokenRequestFormat: z.enum(['json', 'form']).default('json'),
    clientAuthentication: z.enum(['body', 'basic']).default('body'),
    requestTimeoutMs: milliseconds(100, 60_000, 5_000),
    acquireTimeoutMs: milliseconds(100, 300_000, 10_000),
    maxAttempts: z.int().min(1).max(10).default(3),
    refreshAheadSeconds: seconds(1, 86_400, 600),
    refreshCron: cronExpression.default('0 * * * *'),
    expirySkewSeconds: seconds(0, 3_600, 30),
    minRemainingSeconds: seconds(0, 86_400, 60),
    assumedLifetimeSeconds: seconds(1, 31_536_000, 3_600),
    eager: z.boolean().default(true),
    failFast: z.boolean().default(false),
    ...iframeSettings,
    lockParams: z
      .custom<LockParams>((value) => typeof value === 'function', 'must be a function')
      .optional(),
    allowedOrigins: z
      .array(z.string().refine((text) => originOf(text) === text, 'is not an exact origin'))
      .default([]),
    apiKeys: z.array(apiKey).default([]),
    jwt: jwt.optional(),
    store: z.custom<PhoenixTokenStore>(isTokenStore, 'is not a token store').optional(),
  })
  .refine((options) => !(options.acquireTimeoutMs < options.requestTimeoutMs), {
    path: ['acquireTimeoutMs'],
    message: 'is shorter than requestTimeoutMs',
    ...ACROSS_FIELDS,
  })
  .superRefine(
    (options, context) => {
      const later = LATER_MARGINS.find((name) => options.refreshAheadSeconds < options[name]);
      if (later === undefined) return;
      const message = `is shorter than ${later}, so that callers would wait for every refresh`;
      context.addIssue({ code: 'custom', path: ['refreshAheadSeconds'], message });
    },
    unlessWrong('refreshAheadSeconds', ...LATER_MARGINS),
  )
  .superRefine((options, context) => {
    for (const { path, problem } of iframeProblems(options)) {
      context.addIssue({ code: 'custom', path: [...path], message: problem });
    }
  }, ACROSS_FIELDS)
  .transform(({ clientSecret: readClientSecret, ...options }) => ({
    ...options,
    readClientSecret,
  }));

/**
 * The options as the module works with them: complete, checked, and safe to print,
 * for secrets stand behind functions, hashes and key objects.
 */
export type PhoenixSettings = Readonly<z.output<typeof phoenixOptions>>;

/**
 * Checks the options and fills in the defaults.
 *
 * @param subject whose options they are
 * @throws {PhoenixOptionsError} that lists every problem with its remedy
 */
export function settingsFrom(options: PhoenixOptions, subject?: string): PhoenixSettings {
  const parsed = phoenixOptions.safeParse(options, { error: describeIssue });
  if (parsed.success) return Object.freeze(parsed.data);
  const problems = problemsOf(parsed.error, OPTION_GUIDE, 'option', OPTION_PLACES);
  throw new PhoenixOptionsError(problems, subject);
}

/** What is wrong with the options, each field named in the given style. */
export function findProblems(options: PhoenixOptions, names: NameStyle): OptionProblem[] {
  const { error } = phoenixOptions.safeParse(options, { error: describeIssue });
  return error === undefined ? [] : problemsOf(error, OPTION_GUIDE, names);
}

function digestOf(key: string): Buffer {
  return HASH_PREFIX.test(key)
    ? Buffer.from(key.slice('sha256:'.length), 'hex')
    : createHash('sha256').update(key).digest();
}

function isTokenStore(value: unknown): boolean {
  return typeof (value as { open?: unknown } | null)?.open === 'function';
}

/** Whether a text is a cron expression that is ever due. */
function isCronExpression(text: string): boolean {
  try {
    new CronTime(text).sendAt();
    return true;
  } catch {
    return false;
  }
}
