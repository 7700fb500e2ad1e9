import { randomInt } from 'node:crypto';
import type { OrderCreatedData, TransactionSuccessData } from '../../browser/index.js';
import { ORDER_LIFESPAN_MS, type PaymentOutcome, type SandboxOrder } from './order.js';
import { LARGEST_UNIQUENESS_CENTS, quote } from './quote.js';
import { randomId, randomTransactionHash } from './random-id.js';
import { formatUsd, type Cents } from './usd.js';

/** The seller of every order: nobody's wallet, and an address that reaches nobody (RFC 2606). */
const SELLER_WALLET = '0x000000000000000000000000000000000000dEaD';
const SELLER_ZELLE_ADDRESS = 'seller@example.com';
/** EIP-155 id of Base. */
const CHAIN_ID = '8453';

export interface OrderSettings {
  readonly now: () => number;
  readonly feeBasisPoints: number;
  /** Undefined: random. */
  readonly uniquenessCents: number | undefined;
}

export interface OrderRequest {
  readonly address: string;
  readonly amount: Cents;
  readonly paymentLinkId: string | null;
}

interface StoredOrder {
  readonly created: OrderCreatedData;
  readonly paymentLinkId: string | null;
  readonly expiresAtMs: number;
  outcome: PaymentOutcome | undefined;
  transaction: TransactionSuccessData | null;
}

/** No order can be played as asked; the message says why and what to do. */
export class OrderNotOpenError extends Error {
  override readonly name = 'OrderNotOpenError';
}

/** The orders of a sandbox since its start. */
export class OrderStore {
  readonly #orders = new Map<string, StoredOrder>();
  #nextOutcomes: PaymentOutcome[] = [];

  constructor(private readonly settings: OrderSettings) {}

  create({ address, amount, paymentLinkId }: OrderRequest): SandboxOrder {
    const { now, feeBasisPoints, uniquenessCents } = this.settings;
    const uniqueness = uniquenessCents ?? randomInt(LARGEST_UNIQUENESS_CENTS + 1);
    const { send, receive } = quote(amount, BigInt(uniqueness), feeBasisPoints);
    const createdAtMs = now();
    const order: StoredOrder = {
      created: {
        order_id: randomId(),
        created_at: new Date(createdAtMs).toISOString(),
        buyer_address: address,
        seller_address: SELLER_WALLET,
        send_amount: formatUsd(send),
        receive_amount: formatUsd(receive),
        uniqueness_amount: formatUsd(BigInt(uniqueness)),
        receiving_chain_id: CHAIN_ID,
        zelle_address: SELLER_ZELLE_ADDRESS,
      },
      paymentLinkId,
      expiresAtMs: createdAtMs + ORDER_LIFESPAN_MS,
      outcome: undefined,
      transaction: null,
    };
    this.#orders.set(order.created.order_id, order);
    const next = this.#nextOutcomes.shift();
    if (next !== undefined) end(order, next);
    return this.#seen(order);
  }

  find(id: string): SandboxOrder | undefined {
    const order = this.#orders.get(id);
    return order && this.#seen(order);
  }

  /** All orders, oldest first. */
  list(): SandboxOrder[] {
    return [...this.#orders.values()].map((order) => this.#seen(order));
  }

  /** The next order ends like this as soon as it was created. */
  playNext(outcome: PaymentOutcome): void {
    this.#nextOutcomes.push(outcome);
  }

  /**
   * Ends an open order.
   * @param id default: the newest that is open
   * @throws {OrderNotOpenError}
   */
  play(outcome: PaymentOutcome, id?: string): SandboxOrder {
    const order = id === undefined ? this.#newestOpen() : this.#orders.get(id);
    if (order === undefined) throw new OrderNotOpenError(id === undefined ? NONE_OPEN : UNKNOWN);
    const { status } = this.#seen(order);
    if (status !== 'pending') {
      throw new OrderNotOpenError(`The order is ${status} already. Create another one.`);
    }
    end(order, outcome);
    return this.#seen(order);
  }

  #newestOpen(): StoredOrder | undefined {
    return [...this.#orders.values()].findLast((order) => this.#seen(order).status === 'pending');
  }

  #seen(order: StoredOrder): SandboxOrder {
    const leftMs = Math.max(0, order.expiresAtMs - this.settings.now());
    const status = order.outcome ?? (leftMs > 0 ? 'pending' : 'expired');
    return {
      id: order.created.order_id,
      status,
      remainingMs: status === 'pending' ? leftMs : 0,
      paymentLinkId: order.paymentLinkId,
      created: order.created,
      transaction: order.transaction,
    };
  }
}

const NONE_OPEN =
  'No order is open. Press Pay in a checkout page first, or set "order" to "next" for the next one.';
const UNKNOWN = 'There is no order of this id. List them with GET /sandbox/orders.';

function end(order: StoredOrder, outcome: PaymentOutcome): void {
  order.outcome = outcome;
  if (outcome !== 'fulfilled') return;
  const { buyer_address, send_amount, receive_amount } = order.created;
  const transactionHash = randomTransactionHash();
  order.transaction = {
    amount: send_amount,
    token: 'USDC',
    chain: 'Base',
    walletAddress: buyer_address,
    sendAmount: receive_amount,
    transactionHash,
    basescanLink: `https://basescan.org/tx/${transactionHash}`,
  };
}
