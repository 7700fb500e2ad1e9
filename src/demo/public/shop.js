// The checkout page of a partner.
// @ts-check

import { embedPhoenix, explorerUrl, withoutSecrets } from './phoenix-frame.js';
import { currentTheme, watchTheme } from './theme.js';
import { watchToken } from './token-panel.js';

/** @import { PhoenixMessage, PaymentCreatedData } from 'nestjs-phoenix/browser' */

/** @param {string} id */
const element = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** @type {{ wallet: string, session_token: string } | undefined} */
let session;
/** Closes the payment page; undefined while none is open. @type {(() => void) | undefined} */
let close;
/** Whether the payer has an order, which another theme is no reason to give up. */
let hasOrder = false;
/** Counts openings, so that a late reply does not replace a newer one. */
let opening = 0;

/** @param {string} text @param {'plain' | 'good' | 'bad'} [tone] */
function say(text, tone = 'plain') {
  element('message').textContent = text;
  element('message').dataset.tone = tone;
}

/** @param {string} state @param {'plain' | 'good' | 'bad'} [tone] */
function showPayment(state, tone = 'plain') {
  element('payment-state').textContent = state;
  element('payment-state').dataset.tone = tone;
}

/** The shop's own sign-in. A partner has one already. */
async function signIn() {
  const reply = await fetch('/demo/session', { method: 'POST' });
  if (!reply.ok) throw new Error('The shop could not sign you in.');
  return (session = await reply.json());
}

/** Asks the backend for the iframe's address; a session that ran out is replaced once. */
async function requestIframe({ mayRetry = true } = {}) {
  const { wallet, session_token } = session ?? (await signIn());
  const query = new URLSearchParams({
    address: wallet,
    amount: element('total').dataset.amount ?? '',
    theme: currentTheme(),
    shareOn: 'true',
  });
  const reply = await fetch(`/phoenix/iframe-url?${query}`, {
    headers: { Authorization: `Bearer ${session_token}` },
  });
  if (reply.status === 401 && mayRetry) {
    await signIn();
    return requestIframe({ mayRetry: false });
  }
  const body = await reply.json();
  if (reply.ok) return body;
  const wait = reply.headers.get('Retry-After');
  throw new Error(`${body.title}.${wait ? ` Try again in ${wait} seconds.` : ''}`);
}

/** @param {boolean} isClosed */
function showClosed(isClosed) {
  element('closed').hidden = !isClosed;
  element('reload').hidden = isClosed;
}

async function openCheckout() {
  const mine = ++opening;
  try {
    const reply = await requestIframe();
    if (mine !== opening) return;
    close?.();
    hasOrder = false;
    showClosed(false);
    close = embedPhoenix(element('frame-place'), reply, receive);
    showPayment('not begun');
    say('You are signed in. Pay below.');
  } catch (error) {
    say(error instanceof Error ? error.message : String(error), 'bad');
  }
}

/** @param {string} title @param {string} text */
function closeCheckout(title, text) {
  close?.();
  close = undefined;
  hasOrder = false;
  element('closed-title').textContent = title;
  element('closed-text').textContent = text;
  showClosed(true);
  element('closed-title').focus();
}

/**
 * What the payment page reports is a hint for this page, and no proof: before it ships anything, a shop's
 * backend asks Phoenix about the order.
 *
 * @param {PhoenixMessage} message
 */
function receive(message) {
  list(message);
  switch (message.type) {
    case 'ORDER_CREATED':
      hasOrder = true;
      // A shop sends this to its backend, to ask Phoenix about the order later.
      element('order-id').textContent = message.data.order_id;
      showPayment('waiting for your payment');
      return say('Your order was created. Send the money, and confirm it below.');
    case 'TRANSACTION_SUCCESS':
      hasOrder = false;
      showPayment(`paid, ${message.data.sendAmount} ${message.data.token} sent`, 'good');
      return say('Paid. Thank you!', 'good');
    case 'USER_DONE':
      return closeCheckout(
        'Thank you for your order',
        'Your lamp is sent as soon as the payment is verified.',
      );
    case 'CANCEL':
      showPayment('cancelled');
      say('The payment was cancelled.');
      return closeCheckout('Payment cancelled', 'Nothing was paid. Your order is still here.');
    case 'PAYMENT_FAILED':
      hasOrder = false;
      showPayment('failed', 'bad');
      return say('The payment failed. You can try again.', 'bad');
    case 'PAYMENT_CANCELLED':
      hasOrder = false;
      showPayment('cancelled', 'bad');
      return say('Phoenix cancelled the payment. You can try again.', 'bad');
    case 'OPEN_EXPLORER_URL':
      return openExplorer(explorerUrl(message));
    case 'PAYMENT_CREATED':
      showLink(message.data);
      return say('A payment link was made.');
  }
}

/** @param {string | undefined} url */
function openExplorer(url) {
  if (url === undefined) return say('The payment page named no https address to open.', 'bad');
  // The link stays, for browsers that open no tab by themselves.
  setLink('explorer', url);
  window.open(url, '_blank', 'noopener,noreferrer');
}

/** @param {PaymentCreatedData} data */
function showLink({ paymentLinkURL, lifespan }) {
  setLink('payment-link', paymentLinkURL);
  element('payment-link-until').textContent = new Date(Date.now() + lifespan).toLocaleString();
}

/** @param {string} id @param {string} href */
function setLink(id, href) {
  /** @type {HTMLAnchorElement} */ (element(id)).href = href;
  element(`${id}-place`).hidden = false;
}

/** @param {PhoenixMessage} message */
function list(message) {
  const item = document.createElement('li');
  const name = document.createElement('strong');
  name.textContent = message.type;
  const details = document.createElement('pre');
  details.textContent = withoutSecrets(message);
  item.append(name, details);
  element('events').prepend(item);
  element('no-events').hidden = true;
}

for (const id of ['reload', 'open-again']) element(id).addEventListener('click', openCheckout);
watchTheme(() => {
  if (close !== undefined && !hasOrder) openCheckout();
});
watchToken();
openCheckout();
