// The checkout page of a partner: this is the code that a partner's own frontend needs.

const element = (id) => document.getElementById(id);
const say = (text) => (element('message').textContent = text);

let session;
let embedded;

/** The shop's own sign-in. A partner has one already. */
async function signIn() {
  const reply = await fetch('/demo/session', { method: 'POST' });
  if (!reply.ok) throw new Error('The shop could not sign you in.');
  session = await reply.json();
}

/** Asks the backend for the iframe's address; a session that ran out is renewed once. */
async function requestIframe({ mayRenew = true } = {}) {
  const query = new URLSearchParams({ address: session.wallet, amount: '25.00', shareOn: 'true' });
  const reply = await fetch(`/phoenix/iframe-url?${query}`, {
    headers: { Authorization: `Bearer ${session.session_token}` },
  });
  if (reply.status === 401 && mayRenew) {
    await signIn();
    return requestIframe({ mayRenew: false });
  }
  const body = await reply.json();
  if (reply.ok) return body;
  const wait = reply.headers.get('Retry-After');
  throw new Error(`${body.title}.${wait ? ` Try again in ${wait} seconds.` : ''}`);
}

function embed({ url, origin, allow }) {
  const frame = document.createElement('iframe');
  frame.title = 'Phoenix payment';
  frame.allow = allow;
  // Phoenix learns which site embeds it, not which page.
  frame.referrerPolicy = 'strict-origin';
  frame.src = url;
  element('frame-place').replaceChildren(frame);
  embedded = { frame, origin };
}

async function openCheckout() {
  try {
    if (!session) await signIn();
    embed(await requestIframe());
    say('You are signed in. Pay below.');
  } catch (error) {
    say(error.message);
  }
}

/** Only the embedded frame, on Phoenix's own origin, is believed. */
function isFromPhoenix(event) {
  return event.origin === embedded?.origin && event.source === embedded.frame.contentWindow;
}

const MESSAGES = {
  ORDER_CREATED: 'Your order was created.',
  TRANSACTION_SUCCESS: 'Paid. Thank you!',
  PAYMENT_CREATED: 'A payment link was made.',
  CANCEL: 'The payment was cancelled.',
};

function show({ type, data }) {
  const item = document.createElement('li');
  const name = document.createElement('strong');
  name.textContent = type;
  const details = document.createElement('pre');
  details.textContent = JSON.stringify(data, null, 2);
  item.append(name, details);
  element('events').prepend(item);
  element('no-events').hidden = true;
  say(MESSAGES[type] ?? `Phoenix says ${type}.`);
}

window.addEventListener('message', (event) => {
  if (isFromPhoenix(event) && typeof event.data?.type === 'string') show(event.data);
});

let longestLife = 0;

async function showToken() {
  const reply = await fetch('/health').catch(() => undefined);
  const token = (await reply?.json().catch(() => undefined))?.details?.phoenix;
  if (!token) return;
  longestLife = Math.max(longestLife, token.expires_in, 1);
  element('state').textContent = token.state;
  element('state').dataset.state = token.state;
  element('life').max = longestLife;
  element('life').value = token.expires_in;
  element('life-text').textContent = `${token.expires_in} s`;
  const next = token.next_refresh_at && new Date(token.next_refresh_at);
  const wait = next && Math.max(0, Math.round((next - Date.now()) / 1000));
  element('next-refresh').textContent = next ? `${next.toLocaleTimeString()} (in ${wait} s)` : '–';
  element('failure').hidden = !token.last_error;
  element('failure').textContent = token.last_error
    ? `Phoenix does not answer well (${token.last_error.code}); it is asked again on its own.`
    : '';
}

element('reload').addEventListener('click', openCheckout);
setInterval(showToken, 1000);
showToken();
openCheckout();
