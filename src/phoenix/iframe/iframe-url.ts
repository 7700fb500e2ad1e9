import type { IframeParams } from '../phoenix.options.js';
import { ACCESS_TOKEN_PARAM } from './iframe-params.js';

/**
 * The address of the payment iframe. Later sources win: the parameters in `baseUrl`,
 * then those in `params`; the access token is set last, so nothing can override it.
 */
export function iframeUrl(baseUrl: string, accessToken: string, params: IframeParams): string {
  const url = new URL(baseUrl);
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value);
  url.searchParams.set(ACCESS_TOKEN_PARAM, accessToken);
  return url.href;
}
