import { documentPage } from './document.page.js';
import { markup } from './markup.js';

const REASONS = {
  missing: 'The access token is missing from the address of this page.',
  invalid: 'The access token is not valid, or it has expired.',
};

/** Shown instead of the checkout when there is no valid access token. */
export function errorPage(reason: keyof typeof REASONS): string {
  return documentPage(
    'Payment unavailable',
    markup`<h1>This payment page cannot be opened</h1>
<p role="alert">${REASONS[reason]}</p>
<p>Please go back to the shop and start the payment again.</p>`,
  );
}
