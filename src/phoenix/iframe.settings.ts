import { z } from 'zod';
import {
  invalidParams,
  invalidQueryParams,
  nameProblem,
  type ParamRules,
} from './iframe/iframe-params.js';
import { spellingsOf } from './iframe/param-spelling.js';
import { amountProblem, centsOf } from './iframe/usd-amount.js';
import { NAMES_WITH_MEANING } from './iframe/vendor-params.js';
import type { IframeParams } from './phoenix.options.js';
import { isPlainObject } from './plain-object.js';
import { secureUrl } from './secure-url.js';

const iframeParams = z
  .custom<IframeParams>(isPlainObject, 'must be a plain object')
  .transform((params) => ({ ...params }));

/** As text, so that it is compared exactly. */
const usdAmount = z
  .preprocess(
    (amount) => (typeof amount === 'number' ? String(amount) : amount),
    z.string('must be text or a number').superRefine((text, context) => {
      const message = amountProblem(text);
      if (message !== undefined) context.addIssue({ code: 'custom', message });
    }),
  )
  .optional();

const pixels = (fallback: number) => z.int().min(1).max(10_000).default(fallback);

/** The options about the iframe; what the vendor documents is their default. */
export const iframeSettings = {
  iframeUrl: secureUrl.default('https://app-partner.phoenix.market/'),
  iframeAllow: z.string().default('clipboard-write'),
  iframeWidthPx: pixels(350),
  iframeHeightPx: pixels(600),
  iframeTitle: z
    .string()
    .refine((title) => title.trim() !== '', 'is empty')
    .default('Phoenix payment'),
  iframeParams: iframeParams.default({}),
  requiredIframeParams: z.array(z.string()).default(['address', 'amount']),
  addressFormat: z.enum(['evm', 'any']).default('evm'),
  minAmountUsd: usdAmount,
  maxAmountUsd: usdAmount,
  paymentLinks: z.boolean().default(false),
};

/** The same options where some of them may be wrong by themselves, and then have any type. */
type UncheckedIframe = ParamRules & {
  readonly iframeUrl: unknown;
  readonly iframeParams: unknown;
  readonly requiredIframeParams: unknown;
};

interface IframeProblem {
  readonly path: readonly (string | number)[];
  readonly problem: string;
}

/** What is wrong with the parameters and limits that are configured, seen together. */
export function iframeProblems(options: UncheckedIframe): IframeProblem[] {
  const query = queryOf(options.iframeUrl);
  const params = isPlainObject(options.iframeParams) ? options.iframeParams : {};
  const required = isListOfText(options.requiredIframeParams) ? options.requiredIframeParams : [];
  const spellings = spellingsOf([
    ...NAMES_WITH_MEANING,
    ...query.keys(),
    ...Object.keys(params),
    ...required,
  ]);
  return [
    ...amountLimitProblems(options),
    ...invalidQueryParams(query, options).map(({ name, reason }) => ({
      path: ['iframeUrl'],
      problem: `carries ${name}, which ${reason}`,
    })),
    ...invalidParams(params, options, spellings).map(({ name, reason }) => ({
      path: ['iframeParams', name],
      problem: reason,
    })),
    ...required.flatMap((name, index) => {
      const problem = nameProblem(name, spellings);
      return problem === undefined ? [] : [{ path: ['requiredIframeParams', index], problem }];
    }),
  ];
}

function amountLimitProblems({ minAmountUsd, maxAmountUsd }: ParamRules): IframeProblem[] {
  const least = centsOf(minAmountUsd);
  const most = centsOf(maxAmountUsd);
  if (least === undefined || most === undefined || least <= most) return [];
  return [{ path: ['minAmountUsd'], problem: 'is above maxAmountUsd' }];
}

function queryOf(url: unknown): URLSearchParams {
  return typeof url === 'string' && URL.canParse(url)
    ? new URL(url).searchParams
    : new URLSearchParams();
}

function isListOfText(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
