/** Byte order marks and encodings of one's own leave these in a text that was read as UTF-8. */
const MISREAD = /\ufffd|\p{Surrogate}/u;
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

/**
 * Why a text cannot be a client secret (RFC 6749 appendix A.2 allows visible characters and the space;
 * characters beyond ASCII are let pass), or undefined when it can.
 */
export function secretProblem(text: string): string | undefined {
  if (MISREAD.test(text)) return 'was read in another encoding than it was written in';
  if (CONTROL.test(text)) return 'holds control characters, such as a line break or NUL';
  return undefined;
}

/**
 * The text of a file in UTF-8, with or without a byte order mark.
 *
 * @returns undefined for another encoding: UTF-16 is either no UTF-8, or full of NULs
 */
export function utf8TextOf(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}
