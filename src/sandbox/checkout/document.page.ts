import { createHash } from 'node:crypto';
import type { Theme } from './checkout.parameters.js';
import { CHECKOUT_SCRIPT } from './checkout.script.js';
import { CHECKOUT_STYLE } from './checkout.style.js';
import { Markup, markup, NO_MARKUP } from './markup.js';

const sha256 = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Our one style sheet and our one script, by their hashes, and our own API. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `style-src ${sha256(CHECKOUT_STYLE)}`,
  `script-src ${sha256(CHECKOUT_SCRIPT)}`,
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

export const CHECKOUT_SCRIPT_TAG = new Markup(`<script>${CHECKOUT_SCRIPT}</script>`);

// No space around the style sheet: the hash covers all text between the tags.
const STYLE_TAG = new Markup(`<style>${CHECKOUT_STYLE}</style>`);

export interface DocumentParts {
  readonly title: string;
  readonly content: Markup;
  /** Default: that of the browser. */
  readonly theme?: Theme | undefined;
  readonly script?: Markup;
}

/** The frame that all pages share: exactly 350 × 600 px large (the vendor's page "Technical Requirements"). */
export function documentPage({ title, content, theme, script = NO_MARKUP }: DocumentParts): string {
  const themeAttribute = theme === undefined ? NO_MARKUP : markup` data-theme="${theme}"`;
  return markup`<!doctype html>
<html lang="en"${themeAttribute}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
${STYLE_TAG}
</head>
<body>
<main>
<header>
<p class="brand"><span class="flame" aria-hidden="true"></span>Phoenix</p>
<p class="badge">Sandbox</p>
</header>
${content}
<footer>A stand-in for Phoenix. No money moves.</footer>
</main>
${script}
</body>
</html>
`.text;
}
