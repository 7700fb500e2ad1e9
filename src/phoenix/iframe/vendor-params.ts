/** The one parameter that only this library sets (vendor page: access-token). */
export const ACCESS_TOKEN_PARAM = 'access_token';

/** Turns payment links on (vendor page: payment-links). */
export const SHARE_PARAM = 'shareOn';

/**
 * The parameters that the vendor documents, in the order in which it writes them
 * (vendor pages: technical-requirements, access-token, payment-links, providing-usdc-liquidity).
 */
export const VENDOR_PARAMS: readonly string[] = [
  'address',
  'amount',
  ACCESS_TOKEN_PARAM,
  'theme',
  SHARE_PARAM,
  'onlyPrivateMatching',
];

/** Parameters that nobody but their owner sets, and why. */
export const RESERVED_PARAMS: ReadonlyMap<string, string> = new Map([
  [ACCESS_TOKEN_PARAM, 'is reserved: the access token is set by the backend'],
  ['payment_id', 'is reserved: Phoenix itself sets it, in payment links'],
]);

/** Every name that has a meaning of its own, and therefore one spelling only. */
export const NAMES_WITH_MEANING: readonly string[] = [...VENDOR_PARAMS, ...RESERVED_PARAMS.keys()];

/** The vendor documents `true` alone; `false` means the same as leaving it out. */
const FLAGS: ReadonlySet<string> = new Set([SHARE_PARAM, 'onlyPrivateMatching']);

export function isFlag(name: string): boolean {
  return FLAGS.has(name);
}
