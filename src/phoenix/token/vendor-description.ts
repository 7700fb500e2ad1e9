import { z } from 'zod';
import { redact, type Confidential } from './redaction.js';

/** Longer texts say no more, and fill the log. */
const LONGEST_DESCRIPTION = 200;

/** An error response (RFC 6749 §5.2); codes that the RFC does not know are welcome. */
const describedError = z.object({ error: z.string().min(1), error_description: z.string() });

/** A JWT, or what is too long for a word: most likely a token that we do not know. */
const TOKEN_LIKE = /eyJ[\w-]{5,}(\.[\w-]*)*|[\w-]{41,}/g;

/**
 * What the vendor itself says about an error (`error_description` of RFC 6749 §5.2), made fit for the log:
 * in the characters that the RFC allows, short, and without credentials and tokens.
 *
 * @returns undefined where the body is no OAuth error, or where nothing can be shown of it
 */
export function vendorDescriptionIn(body: string, confidential: Confidential): string | undefined {
  const description = describedError.safeParse(parsed(body)).data?.error_description;
  if (description === undefined) return undefined;
  // Before the cleaning, which changes what a secret looks like; and after it, which may complete one.
  const safe = redact(description, confidential);
  const clean = safe && redact(inAllowedCharacters(safe), confidential);
  const shown = clean?.replace(TOKEN_LIKE, '***').slice(0, LONGEST_DESCRIPTION).trim();
  return shown === '' ? undefined : shown;
}

/** RFC 6749 §5.2: %x20-21 / %x23-5B / %x5D-7E, which is all of visible ASCII but `"` and `\`. */
function inAllowedCharacters(text: string): string {
  return text
    .replace(/[^\x20-\x21\x23-\x5b\x5d-\x7e]+/g, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
