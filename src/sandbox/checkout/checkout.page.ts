import type { Theme } from './checkout.parameters.js';
import { CHECKOUT_SCRIPT_TAG, documentPage } from './document.page.js';
import { markup, NO_MARKUP, type Markup } from './markup.js';
import type { Quote } from './quote.js';
import { formatUsd } from './usd.js';

export interface CheckoutPageOptions {
  /** Receiving wallet. */
  readonly address: string;
  readonly quote: Quote;
  readonly feeBasisPoints: number;
  readonly theme: Theme | undefined;
  /** Offers a payment link. */
  readonly isShareOn: boolean;
  /** Asks sellers of the partner's own network first. */
  readonly isPrivate: boolean;
  /** Whether a payment link opened the page. */
  readonly isPaymentLink: boolean;
}

/** All screens of the checkout; the script shows one at a time and fills what has a `data-value`. */
export function checkoutPage(options: CheckoutPageOptions): string {
  return documentPage({
    title: 'Checkout',
    theme: options.theme,
    content: markup`${startScreen(options)}
${orderScreen(options)}
${RECEIPT_SCREEN}
${FAILURE_SCREEN}
${options.isShareOn ? LINK_SCREEN : NO_MARKUP}
<p id="status" class="status" role="status" aria-live="polite"></p>`,
    script: CHECKOUT_SCRIPT_TAG,
  });
}

function startScreen(options: CheckoutPageOptions): Markup {
  const { address, quote, isShareOn, isPrivate, isPaymentLink } = options;
  const amount = formatUsd(quote.amount);
  return markup`<form class="${screenClass(quote)}" data-screen="start" aria-labelledby="start-title" novalidate>
<h1 id="start-title" tabindex="-1">${isPaymentLink ? 'You were asked to pay' : 'Buy USDC'}</h1>
<p class="amount">$${amount}</p>
<dl>
<div><dt>Fee (${percent(options.feeBasisPoints)})</dt><dd>$${formatUsd(quote.fee)}</dd></div>
<div><dt>Received on Base</dt><dd><strong>${formatUsd(quote.receive)} USDC</strong></dd></div>
${wallet(address)}
${isPrivate ? PRIVATE_SELLERS : NO_MARKUP}
</dl>
<p class="hint">Up to $0.20 are added, and received too, to tell payments apart.</p>
<div class="actions">
<button type="submit" id="pay" class="primary">Pay $${amount}</button>
${isShareOn ? SHARE_BUTTON : NO_MARKUP}
<button type="button" class="quiet" data-action="cancel">Cancel</button>
</div>
</form>`;
}

/** The largest amounts need smaller type to be readable whole. */
const screenClass = ({ amount }: Quote) =>
  formatUsd(amount).length > 11 ? 'screen long' : 'screen';

const percent = (basisPoints: number) => `${basisPoints / 100}%`;

const wallet = (address: string): Markup =>
  markup`<div class="stacked"><dt>To wallet</dt><dd class="mono" title="${address}">${address}</dd></div>`;

const PRIVATE_SELLERS = markup`<div><dt>Sellers</dt><dd>Your network first</dd></div>`;

const SHARE_BUTTON = markup`<button type="button" class="secondary" data-action="share">Share payment link</button>`;

const orderScreen = ({ address, quote }: CheckoutPageOptions): Markup =>
  markup`<section class="${screenClass(quote)}" data-screen="order" aria-labelledby="order-title" hidden>
<h1 id="order-title" tabindex="-1">Send by Zelle</h1>
<p class="amount">$<span data-value="send_amount"></span></p>
<dl>
<div><dt>Send to</dt><dd data-value="zelle_address"></dd></div>
<div><dt>Added to tell it apart</dt><dd>$<span data-value="uniqueness_amount"></span></dd></div>
<div><dt>Received on Base</dt><dd><strong><span data-value="receive_amount"></span> USDC</strong></dd></div>
${wallet(address)}
<div><dt>Order</dt><dd class="mono" data-value="order_id"></dd></div>
<div><dt>Time left</dt><dd role="timer" data-value="time_left"></dd></div>
</dl>
<div class="actions">
<button type="button" class="primary" data-outcome="fulfilled">I have sent the money</button>
<fieldset>
<legend>Or let the sandbox play</legend>
<button type="button" data-outcome="failed">Failed</button>
<button type="button" data-outcome="cancelled">Cancelled</button>
<button type="button" data-outcome="expired">Expired</button>
</fieldset>
<button type="button" class="quiet" data-action="cancel">Cancel</button>
</div>
</section>`;

const RECEIPT_SCREEN = markup`<section class="screen" data-screen="receipt" aria-labelledby="receipt-title" hidden>
<span class="mark good" aria-hidden="true">✓</span>
<h1 id="receipt-title" tabindex="-1">Payment complete</h1>
<dl>
<div><dt>Paid</dt><dd>$<span data-value="amount"></span></dd></div>
<div><dt>Received on <span data-value="chain"></span></dt><dd><strong><span data-value="sendAmount"></span> <span data-value="token"></span></strong></dd></div>
<div class="stacked"><dt>To wallet</dt><dd class="mono" data-value="walletAddress"></dd></div>
<div class="stacked"><dt>Transaction</dt><dd class="mono" data-value="transactionHash"></dd></div>
</dl>
<div class="actions">
<button type="button" class="secondary" data-action="explore">View on BaseScan</button>
<button type="button" class="primary" data-action="done">Done</button>
</div>
</section>`;

const FAILURE_SCREEN = markup`<section class="screen" data-screen="failure" aria-labelledby="failure-title" hidden>
<span class="mark bad" aria-hidden="true">!</span>
<h1 id="failure-title" tabindex="-1" data-value="failure"></h1>
<p>Nothing was received. If you have sent money already, it comes back to you.</p>
<div class="actions">
<button type="button" class="primary" data-action="restart">Try again</button>
<button type="button" class="quiet" data-action="cancel">Close</button>
</div>
</section>`;

const LINK_SCREEN = markup`<section class="screen" data-screen="link" aria-labelledby="link-title" hidden>
<h1 id="link-title" tabindex="-1">Payment link</h1>
<p>Whoever opens it can pay for you: once, within 24 hours.</p>
<label for="link">Link</label>
<input id="link" readonly>
<p class="hint">It carries the access token of the shop. Share it in private.</p>
<div class="actions">
<button type="button" class="primary" data-action="copy">Copy link</button>
<button type="button" class="quiet" data-action="restart">Back</button>
</div>
</section>`;
