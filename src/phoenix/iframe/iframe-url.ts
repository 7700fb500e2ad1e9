import type { IframeParams } from '../phoenix.options.js';
import { ACCESS_TOKEN_PARAM, isFlag, VENDOR_PARAMS } from './vendor-params.js';

/**
 * The address of the payment iframe, its parameters in the vendor's order (vendor page: access-token).
 * Later sources win: the parameters in `baseUrl`, then those in `params`; the access token is set last,
 * so nothing can override it. A flag that is `false` is left out: the vendor documents `true` alone.
 */
export function iframeUrl(baseUrl: string, accessToken: string, params: IframeParams): string {
  const url = new URL(baseUrl);
  const query = url.searchParams;
  for (const [name, value] of Object.entries(params)) query.set(name, value);
  query.set(ACCESS_TOKEN_PARAM, accessToken);
  const ordered = [...query]
    .filter(([name, value]) => !(isFlag(name) && value === 'false'))
    .sort(([one], [other]) => placeOf(one) - placeOf(other));
  // A space as %20 is read alike by every parser; a plus sign itself is encoded already.
  url.search = new URLSearchParams(ordered).toString().replaceAll('+', '%20');
  return url.href;
}

function placeOf(name: string): number {
  const place = VENDOR_PARAMS.indexOf(name);
  return place === -1 ? VENDOR_PARAMS.length : place;
}
