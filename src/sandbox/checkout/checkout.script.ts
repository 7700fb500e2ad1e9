/** The page's script. It gets its data from the form's attributes, so that its hash never changes. */
export const CHECKOUT_SCRIPT = `
(() => {
  'use strict';
  const LINK_LIFESPAN_MS = 86400000;
  const PROCESSING_MS = 600;
  const DEMO_WALLET = '0x000000000000000000000000000000000000dEaD';

  // The referrer tells who embeds us, so messages reach that origin only. An embedder that sends no
  // referrer leaves '*': the messages hold nothing secret, and the receiver checks our origin.
  const parentOrigin = document.referrer ? new URL(document.referrer).origin : '*';
  const post = (type, data) => window.parent.postMessage({ type, data }, parentOrigin);

  const byId = (id) => document.getElementById(id);
  const form = byId('checkout');
  const amount = byId('amount');
  const pay = byId('pay');
  const buttons = [...form.querySelectorAll('button')];
  const address = form.dataset.address;
  const say = (text) => { byId('status').textContent = text; };

  // crypto.randomUUID exists in secure contexts only; a sandbox on a LAN address is not one.
  const randomHex = (bytes) =>
    Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) => byte.toString(16).padStart(2, '0')).join('');
  const randomId = () => randomHex(16).replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-4$3-8$4-$5');

  const cents = () => {
    const text = amount.value.trim();
    return /^\\d{1,6}(\\.\\d{1,2})?$/.test(text) ? Math.round(Number(text) * 100) : 0;
  };
  const money = (value) => (value / 100).toFixed(2);
  const feeOf = (value) => Math.ceil(value / 100);

  const showAmount = () => {
    const value = cents();
    const isValid = value >= 100;
    amount.setAttribute('aria-invalid', String(!isValid));
    pay.textContent = isValid ? 'Pay $' + money(value) : 'Pay';
    byId('fee').textContent = isValid ? '$' + money(feeOf(value)) : '–';
    byId('receive').textContent = isValid ? money(value - feeOf(value)) + ' USDC' : '–';
    return isValid;
  };

  const showReceipt = (data) => {
    byId('paid').textContent = '$' + data.amount + ' USD';
    byId('sent').textContent = data.sendAmount + ' ' + data.token + ' on ' + data.chain;
    byId('sent-to').textContent = data.walletAddress;
    byId('transaction').textContent = data.transactionHash;
    form.hidden = true;
    byId('receipt').hidden = false;
    byId('receipt-title').focus();
  };

  amount.addEventListener('input', () => { if (showAmount()) say(''); });

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (!showAmount()) {
      say('Enter an amount from 1.00 to 999999.99 USD.');
      amount.focus();
      return;
    }
    const value = cents();
    const transactionHash = '0x' + randomHex(32);
    for (const control of [amount, ...buttons]) control.disabled = true;
    say('Processing your payment…');
    post('ORDER_CREATED', { order_id: randomId() });
    setTimeout(() => {
      const data = {
        amount: money(value),
        token: 'USDC',
        chain: 'Base',
        walletAddress: address || DEMO_WALLET,
        sendAmount: money(value - feeOf(value)),
        transactionHash,
        basescanLink: 'https://basescan.org/tx/' + transactionHash,
      };
      post('TRANSACTION_SUCCESS', data);
      showReceipt(data);
    }, PROCESSING_MS);
  });

  byId('cancel').addEventListener('click', () => {
    post('CANCEL', {});
    say('You cancelled the payment.');
  });

  const share = byId('share');
  if (share) {
    share.addEventListener('click', () => {
      post('PAYMENT_CREATED', {
        id: randomId(),
        lifespan: LINK_LIFESPAN_MS,
        order: null,
        urlParams: address ? 'address=' + encodeURIComponent(address) : '',
      });
      say('Payment link created: single use, 24 hours.');
    });
  }
})();
`;
