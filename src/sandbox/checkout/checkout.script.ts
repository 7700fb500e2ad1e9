/** The page's script. It gets its data from the sandbox's API, so that its hash never changes. */
export const CHECKOUT_SCRIPT = `
(() => {
  'use strict';
  const POLL_MS = 500;
  const FAILURES = {
    failed: 'The payment failed',
    cancelled: 'The payment was cancelled',
    expired: 'The order has expired',
  };

  // The referrer tells who embeds us, so messages reach that origin only. An embedder that sends no
  // referrer leaves '*': it has given us the access token itself, so no message tells it a secret.
  // A payment link is opened outside of a frame: nobody listens there.
  const isEmbedded = window.parent !== window;
  const parentOrigin = document.referrer ? new URL(document.referrer).origin : '*';
  const post = (message) => { if (isEmbedded) window.parent.postMessage(message, parentOrigin); };

  const screens = [...document.querySelectorAll('[data-screen]')];
  const status = document.getElementById('status');
  const link = document.getElementById('link');
  const say = (text) => { status.textContent = text; };
  const show = (name) => {
    say('');
    for (const screen of screens) screen.hidden = screen.dataset.screen !== name;
    screens.find((screen) => !screen.hidden).querySelector('h1').focus();
  };
  const fill = (values) => {
    for (const [name, value] of Object.entries(values)) {
      for (const place of document.querySelectorAll('[data-value="' + name + '"]')) place.textContent = value;
    }
  };

  const request = async (path, body) => {
    const init = body && { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
    const reply = await fetch('/sandbox/' + path, init).catch(() => {
      throw new Error('The sandbox does not answer.');
    });
    const result = await reply.json();
    if (!reply.ok) throw new Error(result.message);
    return result;
  };
  // While a request is under way, a second press of the button does nothing.
  let isBusy = false;
  const attempt = async (action) => {
    if (isBusy) return;
    isBusy = true;
    try { await action(); } catch ({ message }) { say(message); } finally { isBusy = false; }
  };

  let openOrder;
  let explorer;

  const timeLeft = (ms) => {
    const seconds = Math.ceil(ms / 1000);
    return Math.floor(seconds / 60) + ':' + String(seconds % 60).padStart(2, '0');
  };

  const update = ({ order, message, ...reply }) => {
    if (order.id !== openOrder) return;
    if (order.status === 'pending') {
      fill({ time_left: timeLeft(order.remainingMs) });
      return;
    }
    openOrder = undefined;
    explorer = reply.explorer;
    if (message) post(message);
    if (order.transaction) {
      fill(order.transaction);
      show('receipt');
    } else {
      fill({ failure: FAILURES[order.status] });
      show('failure');
    }
  };

  const watch = async (id) => {
    while (openOrder === id) {
      await request('orders?id=' + id).then(update, ({ message }) => say(message));
      await new Promise((resume) => setTimeout(resume, POLL_MS));
    }
  };

  const createOrder = async () => {
    const { order, message } = await request('orders' + location.search, {});
    openOrder = order.id;
    post(message);
    fill({ ...order.created, time_left: timeLeft(order.remainingMs) });
    show('order');
    watch(order.id);
  };

  const actions = {
    cancel: () => {
      const id = openOrder;
      openOrder = undefined;
      post({ type: 'CANCEL' });
      show('start');
      say('You cancelled the payment.');
      if (id) return request('payments', { outcome: 'cancelled', order: id });
    },
    share: async () => {
      const { message } = await request('payment-links' + location.search, {});
      link.value = message.data.paymentLinkURL;
      post(message);
      show('link');
    },
    copy: async () => {
      link.select();
      // Only a secure context has a clipboard, and a frame needs allow="clipboard-write".
      if (!navigator.clipboard) throw new Error('Press Ctrl+C to copy the link.');
      await navigator.clipboard.writeText(link.value).catch(() => {
        throw new Error('Press Ctrl+C to copy the link.');
      });
      say('Copied.');
    },
    explore: () => {
      if (isEmbedded) post(explorer);
      else window.open(explorer.data?.url ?? explorer.url, '_blank', 'noopener');
    },
    done: () => {
      post({ type: 'USER_DONE' });
      say('You can close this page.');
    },
    restart: () => show('start'),
  };

  document.querySelector('form').addEventListener('submit', (event) => {
    event.preventDefault();
    attempt(createOrder);
  });
  document.addEventListener('click', ({ target }) => {
    const { action, outcome } = target.dataset;
    if (action) attempt(actions[action]);
    if (outcome) attempt(async () => update(await request('payments', { outcome, order: openOrder })));
  });
})();
`;
