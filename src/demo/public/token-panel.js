// The life of the backend's one access token, as its health route reports it.

const element = (id) => document.getElementById(id);

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

export function watchToken() {
  setInterval(showToken, 1000);
  showToken();
}
