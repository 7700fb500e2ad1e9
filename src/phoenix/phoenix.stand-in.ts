import type { PhoenixOptions } from './phoenix.options.js';
import { isObject } from './plain-object.js';

/** Who is asked for tokens in Phoenix's place, in all registrations of an application under test. */
export type PhoenixStandIn = Required<
  Pick<PhoenixOptions, 'tokenUrl' | 'iframeUrl' | 'clientId' | 'clientSecret'>
>;

/** A test module with `useMocker` has a mock for whatever nobody provides, the stand-in included. */
export function isStandIn(candidate: unknown): candidate is PhoenixStandIn {
  return isObject(candidate) && typeof candidate.tokenUrl === 'string';
}

/**
 * The options with the account of the stand-in. It is taken whole, so that the host's secret never goes
 * to a stranger, and its tokens are shared with nobody.
 */
export function withStandIn(
  options: PhoenixOptions,
  { tokenUrl, iframeUrl, clientId, clientSecret }: PhoenixStandIn,
): PhoenixOptions {
  if (!isObject(options)) return options;
  const { store, ...others } = options;
  return { ...others, tokenUrl, iframeUrl, clientId, clientSecret };
}
