// What a partner's own page needs: embeds the payment page, and reads its messages.
// @ts-check

/** @import { OpenExplorerUrlMessage, PhoenixMessage } from 'nestjs-phoenix/browser' */

/**
 * The reply of `GET /phoenix/iframe-url`, as far as a page needs it.
 * @typedef {{ url: string, origin: string, allow: string, width: number, height: number, title: string }} IframeReply
 */

/**
 * Puts the payment page into a place, and hands its messages on until it is closed.
 *
 * @param {HTMLElement} place
 * @param {IframeReply} reply
 * @param {(message: PhoenixMessage) => void} onMessage
 * @returns {() => void} closes the payment page
 */
export function embedPhoenix(place, { url, origin, allow, width, height, title }, onMessage) {
  const frame = document.createElement('iframe');
  Object.assign(frame, { title, allow, width, height });
  // Phoenix learns which site embeds it, not which page.
  frame.referrerPolicy = 'strict-origin';
  frame.src = url;

  /** Only the embedded frame, on Phoenix's own origin, is believed. @param {MessageEvent} event */
  const listen = (event) => {
    if (event.origin !== origin || event.source !== frame.contentWindow) return;
    if (typeof event.data?.type === 'string') onMessage(event.data);
  };
  window.addEventListener('message', listen);
  place.replaceChildren(frame);
  return () => {
    window.removeEventListener('message', listen);
    frame.remove();
  };
}

/**
 * The address that the payer wants to see, if it is one to open: https only.
 *
 * @param {OpenExplorerUrlMessage} message
 * @returns {string | undefined}
 */
export function explorerUrl(message) {
  const text = message.data?.url ?? message.url;
  if (typeof text !== 'string' || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.protocol === 'https:' ? url.href : undefined;
}

/**
 * A message to show or to log: without the access token that payment links carry, and without the
 * seller's personal data.
 *
 * @param {PhoenixMessage} message
 * @returns {string}
 */
export function withoutSecrets(message) {
  return JSON.stringify(
    message,
    (name, value) => {
      if (name === 'zelle_address') return '(personal data)';
      return typeof value === 'string' ? value.replace(/(access_token=)[^&]*/g, '$1…') : value;
    },
    2,
  );
}
