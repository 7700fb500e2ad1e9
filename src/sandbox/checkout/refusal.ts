/** Why a checkout page does not open, and what the payer can do. */
export interface Refusal {
  /** HTTP status. */
  readonly status: 400 | 401 | 404 | 410;
  /** Stable code of the JSON replies. */
  readonly error: string;
  readonly title: string;
  readonly reason: string;
  readonly remedy: string;
}

const BACK_TO_SHOP = 'Go back to the shop and start the payment again.';
const NEW_LINK = 'Ask the sender for a new link.';

/** Required parameters that are absent, empty, or given more than once. */
export function missingParameters(names: readonly string[]): Refusal {
  const list = new Intl.ListFormat('en', { type: 'conjunction' }).format(names);
  return {
    status: names.includes('access_token') ? 401 : 400,
    error: 'missing_parameters',
    title: 'This payment page cannot be opened',
    reason: `Required and missing in the address of this page: ${list}. Each must be there once, and not be empty.`,
    remedy: BACK_TO_SHOP,
  };
}

export const INVALID_AMOUNT: Refusal = {
  status: 400,
  error: 'invalid_amount',
  title: 'This payment page cannot be opened',
  reason:
    'amount in the address of this page is not an amount in USD: above 0, digits only, at most two decimals, for example 25 or 25.00.',
  remedy: BACK_TO_SHOP,
};

export const INVALID_TOKEN: Refusal = {
  status: 401,
  error: 'invalid_token',
  title: 'This payment page cannot be opened',
  reason: 'The access_token in the address of this page is not valid, or it has expired.',
  remedy: BACK_TO_SHOP,
};

export const PAYMENT_LINK_REFUSALS: Readonly<Record<'used' | 'expired' | 'unknown', Refusal>> = {
  used: {
    status: 410,
    error: 'payment_link_used',
    title: 'This payment link has been used',
    reason: 'A payment link can be used once, and an order was created with this one.',
    remedy: NEW_LINK,
  },
  expired: {
    status: 410,
    error: 'payment_link_expired',
    title: 'This payment link has expired',
    reason: 'A payment link can be used for 24 hours after it was made.',
    remedy: NEW_LINK,
  },
  unknown: {
    status: 404,
    error: 'payment_link_unknown',
    title: 'This payment link is not known',
    reason: 'No payment link of this sandbox has this payment_id. A restart forgets all links.',
    remedy: NEW_LINK,
  },
};

export const PAGE_NOT_FOUND = {
  title: 'There is no such page',
  reason: 'The sandbox has a checkout page at / and an API below /sandbox and at /oauth/token.',
  remedy: 'Check the address.',
};
