import { keccak_256 } from '@noble/hashes/sha3';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils';

/**
 * Whether a text is an EVM address. All-lower and all-upper case carry no checksum;
 * mixed case must be right (EIP-55), because it is how a mistyped address shows.
 */
export function isEvmAddress(text: string): boolean {
  if (!/^0x[0-9a-fA-F]{40}$/.test(text)) return false;
  const digits = text.slice(2);
  const mixedCase = /[a-f]/.test(digits) && /[A-F]/.test(digits);
  return !mixedCase || digits === withChecksum(digits.toLowerCase());
}

function withChecksum(digits: string): string {
  const hash = bytesToHex(keccak_256(utf8ToBytes(digits)));
  return digits.replace(/[a-f]/g, (digit, index: number) =>
    parseInt(hash.charAt(index), 16) >= 8 ? digit.toUpperCase() : digit,
  );
}
