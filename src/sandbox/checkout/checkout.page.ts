import { CHECKOUT_SCRIPT_TAG, documentPage } from './document.page.js';
import { markup, NO_MARKUP, type Markup } from './markup.js';

export interface CheckoutOptions {
  /** Receiving wallet, shown and reported in the messages. */
  readonly address: string | undefined;
  /** Offers a payment link. */
  readonly isShareOn: boolean;
}

export function checkoutPage({ address, isShareOn }: CheckoutOptions): string {
  return documentPage(
    'Checkout',
    markup`<form id="checkout" novalidate data-address="${address ?? ''}">
<h1>Buy USDC</h1>
<label for="amount">Amount in USD</label>
<div class="field">
<span aria-hidden="true">$</span>
<input id="amount" name="amount" inputmode="decimal" autocomplete="off" value="25.00" aria-describedby="status">
<span aria-hidden="true" class="unit">USD</span>
</div>
<dl>
<div class="row"><dt>Fee (1%)</dt><dd id="fee">$0.25</dd></div>
<div class="row"><dt>You receive</dt><dd><strong id="receive">24.75 USDC</strong> on Base</dd></div>
${address === undefined ? NO_MARKUP : receiver(address)}
</dl>
<p id="status" class="status" role="status" aria-live="polite"></p>
<button type="submit" id="pay" class="primary">Pay $25.00</button>
${isShareOn ? SHARE_BUTTON : NO_MARKUP}
<button type="button" id="cancel" class="quiet">Cancel</button>
</form>
${RECEIPT}`,
    CHECKOUT_SCRIPT_TAG,
  );
}

const receiver = (address: string): Markup =>
  markup`<div class="row stacked"><dt>To wallet</dt><dd class="mono">${address}</dd></div>`;

const SHARE_BUTTON = markup`<button type="button" id="share" class="secondary">Share payment link</button>`;

const RECEIPT = markup`<section id="receipt" aria-labelledby="receipt-title" hidden>
<span class="tick" aria-hidden="true"></span>
<h1 id="receipt-title" tabindex="-1">Payment complete</h1>
<dl>
<div class="row"><dt>Paid</dt><dd id="paid"></dd></div>
<div class="row"><dt>Sent</dt><dd id="sent"></dd></div>
<div class="row stacked"><dt>To wallet</dt><dd class="mono" id="sent-to"></dd></div>
<div class="row stacked"><dt>Transaction</dt><dd class="mono" id="transaction"></dd></div>
</dl>
</section>`;
