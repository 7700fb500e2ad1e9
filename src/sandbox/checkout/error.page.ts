import type { Theme } from './checkout.parameters.js';
import { documentPage } from './document.page.js';
import { markup } from './markup.js';

/** What an error page says. */
export interface ErrorPageText {
  readonly title: string;
  readonly reason: string;
  readonly remedy: string;
}

/** Shown instead of the checkout when it does not open. */
export function errorPage({ title, reason, remedy }: ErrorPageText, theme?: Theme): string {
  return documentPage({
    title,
    theme,
    content: markup`<section class="screen error" aria-labelledby="title">
<span class="mark warning" aria-hidden="true">!</span>
<h1 id="title">${title}</h1>
<p role="alert">${reason}</p>
<p>${remedy}</p>
</section>`,
  });
}
