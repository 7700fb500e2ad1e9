/**
 * What the payment iframe posts to the page that embeds it (`window.postMessage`), discriminated by
 * `type`. Amounts, times and identifiers are text, as the vendor sends them.
 *
 * A message is a hint for the page, never proof of payment: it comes from the payer's own browser.
 * Check `event.origin` and `event.source` before you read one, and let your backend ask Phoenix
 * whether an order was paid.
 *
 * Source: the vendor's page "Communication Protocol", unless a member names another one.
 *
 * @example
 * ```ts
 * addEventListener('message', (event: MessageEvent<PhoenixMessage>) => {
 *   if (event.origin !== origin || event.source !== frame.contentWindow) return;
 *   if (event.data.type === 'ORDER_CREATED') remember(event.data.data.order_id);
 * });
 * ```
 *
 * @publicApi
 */
export type PhoenixMessage =
  | OrderCreatedMessage
  | TransactionSuccessMessage
  | UserDoneMessage
  | CancelMessage
  | OpenExplorerUrlMessage
  | PaymentFailedMessage
  | PaymentCancelledMessage
  | PaymentCreatedMessage;

/**
 * The name of a message.
 *
 * @publicApi
 */
export type PhoenixMessageType = PhoenixMessage['type'];

/**
 * The payer created an order and has not paid yet. The vendor asks the host to store it, `order_id`
 * above all. A hint for the page, never proof of payment.
 *
 * @publicApi
 */
export interface OrderCreatedMessage {
  readonly type: 'ORDER_CREATED';
  readonly data: OrderCreatedData;
}

/**
 * Data of {@link OrderCreatedMessage}; all text. Source: the vendor's page "Communication Protocol".
 *
 * @publicApi
 */
export interface OrderCreatedData {
  /** Phoenix's identifier of the order, e.g. `a8gWRVzSiNfu5PQjRpt1k7`. */
  readonly order_id: string;
  /** When the order was created (ISO 8601). */
  readonly created_at: string;
  /** Wallet that receives the USDC: the parameter `address`. */
  readonly buyer_address: string;
  /** Wallet of the seller who was matched. */
  readonly seller_address: string;
  /** What the payer has to send, in USD, e.g. `10.10`. */
  readonly send_amount: string;
  /** What the wallet receives, in USDC, after fees, e.g. `10.03`. */
  readonly receive_amount: string;
  /** USD added so that the payment can be told from others: `0.00` to `0.20`, received in USDC. */
  readonly uniqueness_amount: string;
  /** EIP-155 id of the chain on which the USDC arrive: `8453` is Base. */
  readonly receiving_chain_id: string;
  /** Where the payer sends the USD. Personal data of the seller: neither log nor store it. */
  readonly zelle_address: string;
}

/**
 * The USDC were sent. A hint for the page, never proof of payment.
 *
 * @publicApi
 */
export interface TransactionSuccessMessage {
  readonly type: 'TRANSACTION_SUCCESS';
  readonly data: TransactionSuccessData;
}

/**
 * Data of {@link TransactionSuccessMessage}; all text. Source: the vendor's page "Communication Protocol".
 *
 * @publicApi
 */
export interface TransactionSuccessData {
  /** What was paid, in USD. */
  readonly amount: string;
  /** The token that was sent: `USDC`. */
  readonly token: string;
  /** The chain it was sent on: `Base`. */
  readonly chain: string;
  /** Wallet that received it: the parameter `address`. */
  readonly walletAddress: string;
  /** How much of the token was sent, after fees. */
  readonly sendAmount: string;
  /** Hash of the transaction on the chain. */
  readonly transactionHash: string;
  /** Page of a block explorer that shows the transaction. */
  readonly basescanLink: string;
}

/**
 * The payer is finished and closed the receipt: the page closes the iframe.
 *
 * @publicApi
 */
export interface UserDoneMessage {
  readonly type: 'USER_DONE';
  readonly data?: undefined;
}

/**
 * The payer cancelled: the page closes the iframe.
 *
 * @publicApi
 */
export interface CancelMessage {
  readonly type: 'CANCEL';
  readonly data?: undefined;
}

/**
 * The payer wants to see a transaction: the page opens the address in a new tab, if it is https.
 * The vendor's schema has it in `data.url`, its samples read it beside `type`: accept both.
 * Source: the vendor's pages "Communication Protocol" and "HTML Integration".
 *
 * @example `const url = message.data?.url ?? message.url;`
 *
 * @publicApi
 */
export type OpenExplorerUrlMessage =
  | {
      readonly type: 'OPEN_EXPLORER_URL';
      readonly data: OpenExplorerUrlData;
      readonly url?: undefined;
    }
  | { readonly type: 'OPEN_EXPLORER_URL'; readonly url: string; readonly data?: undefined };

/**
 * Data of {@link OpenExplorerUrlMessage}.
 *
 * @publicApi
 */
export interface OpenExplorerUrlData {
  /** Page of a block explorer. */
  readonly url: string;
}

/**
 * The payment failed. A hint for the page, never proof of anything.
 * Source: the sample on the vendor's page "HTML Integration", which names it and no data.
 *
 * @publicApi
 */
export interface PaymentFailedMessage {
  readonly type: 'PAYMENT_FAILED';
  readonly data?: undefined;
}

/**
 * The payment was cancelled. A hint for the page, never proof of anything.
 * Source: the sample on the vendor's page "HTML Integration", which names it and no data.
 *
 * @publicApi
 */
export interface PaymentCancelledMessage {
  readonly type: 'PAYMENT_CANCELLED';
  readonly data?: undefined;
}

/**
 * The payer made a payment link, to be opened outside the iframe; only with `shareOn=true`.
 * Source: the vendor's page "Payment Links".
 *
 * @publicApi
 */
export interface PaymentCreatedMessage {
  readonly type: 'PAYMENT_CREATED';
  readonly data: PaymentCreatedData;
}

/**
 * Data of {@link PaymentCreatedMessage}. **`urlParams` and `paymentLinkURL` carry the partner's access
 * token**: log neither. Source: the vendor's page "Payment Links".
 *
 * @publicApi
 */
export interface PaymentCreatedData {
  /** Identifier of the link, and its parameter `payment_id`. */
  readonly id: string;
  /** How long the link can be used, in milliseconds: 86400000, a day. */
  readonly lifespan: number;
  /** The order made with the link; none yet. */
  readonly order: null;
  /** The parameters that the link inherits, access token included: never log it. */
  readonly urlParams: string;
  /** The link, access token included: never log it. */
  readonly paymentLinkURL: string;
  /** `pending` until an order is created with the link, then `consumed`. */
  readonly status: 'pending';
  /** When the link was made (ISO 8601). */
  readonly createdAt: string;
  /** When the link was last changed (ISO 8601). */
  readonly updatedAt: string;
}
