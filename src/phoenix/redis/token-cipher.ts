import { createCipheriv, createDecipheriv, randomBytes, type KeyObject } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
/** NIST SP 800-38D §8.2.1: 96 bits, drawn at random for every record. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export interface CipherKey {
  readonly id: string;
  readonly key: KeyObject;
}

/** Text that only a holder of the key with this id can read. */
export interface SealedText {
  /** Empty where encryption was given up on purpose. */
  readonly keyId: string;
  /** Base64 of nonce, authentication tag and ciphertext. */
  readonly sealed: string;
}

/** Seals with the first key, opens with all: so keys can be rotated. */
export interface TextCipher {
  /** @param context what the text belongs to; it opens nowhere else */
  seal(text: string, context: string): SealedText;
  /** @returns undefined when the key is unknown, or anything was changed */
  open(text: SealedText, context: string): string | undefined;
}

/** AES-256-GCM with the context as associated data. */
export class AesGcmCipher implements TextCipher {
  constructor(private readonly keys: readonly [CipherKey, ...CipherKey[]]) {}

  seal(text: string, context: string): SealedText {
    const [{ id, key }] = this.keys;
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(Buffer.from(context));
    const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    const sealed = Buffer.concat([nonce, cipher.getAuthTag(), ciphertext]).toString('base64');
    return { keyId: id, sealed };
  }

  open({ keyId, sealed }: SealedText, context: string): string | undefined {
    const key = this.keys.find(({ id }) => id === keyId)?.key;
    if (key === undefined) return undefined;
    const bytes = Buffer.from(sealed, 'base64');
    const nonce = bytes.subarray(0, NONCE_BYTES);
    const tag = bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
    try {
      const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
      decipher.setAAD(Buffer.from(context));
      decipher.setAuthTag(tag);
      const text = [decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()];
      return Buffer.concat(text).toString('utf8');
    } catch {
      return undefined;
    }
  }
}

/** For those who said that they want the token readable in Redis. */
export const plainText: TextCipher = {
  seal: (text) => ({ keyId: '', sealed: Buffer.from(text).toString('base64') }),
  open: ({ keyId, sealed }) =>
    keyId === '' ? Buffer.from(sealed, 'base64').toString('utf8') : undefined,
};
