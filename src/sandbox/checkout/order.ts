import type {
  OpenExplorerUrlMessage,
  OrderCreatedData,
  OrderCreatedMessage,
  PhoenixMessage,
  TransactionSuccessData,
} from '../../browser/index.js';

/** How long an order can be paid: 25 minutes (the vendor's page "Webhooks"). */
export const ORDER_LIFESPAN_MS = 1_500_000;

/** How a payment can end. The vendor names `fulfilled` and `expired`; the other two end its payments only. */
export const PAYMENT_OUTCOMES = ['fulfilled', 'failed', 'cancelled', 'expired'] as const;

/** How a payment ends. */
export type PaymentOutcome = (typeof PAYMENT_OUTCOMES)[number];

/** An order that a checkout page created. */
export interface SandboxOrder {
  /** Also `created.order_id`. */
  readonly id: string;
  /** `pending` until it was paid, failed, was cancelled, or 25 minutes have passed. */
  readonly status: 'pending' | PaymentOutcome;
  /** Milliseconds left to pay it; 0 unless it is pending. */
  readonly remainingMs: number;
  /** The payment link it was created with. */
  readonly paymentLinkId: string | null;
  /** What the page posted with `ORDER_CREATED`. */
  readonly created: OrderCreatedData;
  /** What the page posts with `TRANSACTION_SUCCESS`; null unless it is fulfilled. */
  readonly transaction: TransactionSuccessData | null;
}

/** Where `OPEN_EXPLORER_URL` has its `url`: `data`, as the vendor's schema, or `top`, as its samples. */
export type ExplorerUrlPlace = 'data' | 'top';

/** What a page posts when its order expires; the vendor does not say. */
export type ExpiryMessage = 'PAYMENT_FAILED' | 'PAYMENT_CANCELLED' | 'none';

export interface MessageSettings {
  readonly explorerUrlPlace: ExplorerUrlPlace;
  readonly expiryMessage: ExpiryMessage;
}

export function orderCreatedMessage({ created }: SandboxOrder): OrderCreatedMessage {
  return { type: 'ORDER_CREATED', data: created };
}

/** What the page posts once the order is no longer pending. */
export function outcomeMessage(
  { status, transaction }: SandboxOrder,
  { expiryMessage }: MessageSettings,
): PhoenixMessage | null {
  if (transaction !== null) return { type: 'TRANSACTION_SUCCESS', data: transaction };
  switch (status) {
    case 'failed':
      return { type: 'PAYMENT_FAILED' };
    case 'cancelled':
      return { type: 'PAYMENT_CANCELLED' };
    case 'expired':
      return expiryMessage === 'none' ? null : { type: expiryMessage };
    default:
      return null;
  }
}

/** What the receipt's link to the explorer posts. */
export function explorerMessage(
  { transaction }: SandboxOrder,
  { explorerUrlPlace }: MessageSettings,
): OpenExplorerUrlMessage | null {
  if (transaction === null) return null;
  const url = transaction.basescanLink;
  return explorerUrlPlace === 'data'
    ? { type: 'OPEN_EXPLORER_URL', data: { url } }
    : { type: 'OPEN_EXPLORER_URL', url };
}
