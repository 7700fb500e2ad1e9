import { createHash } from 'node:crypto';
import { CHECKOUT_SCRIPT } from './checkout.script.js';
import { CHECKOUT_STYLE } from './checkout.style.js';
import { Markup, markup, NO_MARKUP } from './markup.js';

const sha256 = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Our one style sheet and our one script, by their hashes, and nothing else. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `style-src ${sha256(CHECKOUT_STYLE)}`,
  `script-src ${sha256(CHECKOUT_SCRIPT)}`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

export const CHECKOUT_SCRIPT_TAG = new Markup(`<script>${CHECKOUT_SCRIPT}</script>`);

// No space around the style sheet: the hash covers all text between the tags.
const STYLE_TAG = new Markup(`<style>${CHECKOUT_STYLE}</style>`);

/** The frame that all pages share. */
export function documentPage(title: string, content: Markup, script = NO_MARKUP): string {
  return markup`<!doctype html>
<html lang="en">
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
</main>
<p class="note">A stand-in for the vendor's page. No money moves.</p>
${script}
</body>
</html>
`.text;
}
