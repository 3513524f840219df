import { randomBytes } from '../base/hash.ts';

const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/**
 * `length` random letters and digits, each of the 62 equally likely: 43 of them hold 256 bits. No other
 * characters, so that a double click selects the whole.
 */
export function randomText(length: number): string {
  let text = '';
  while (text.length < length) {
    for (const byte of randomBytes(length)) {
      // 248 is the highest multiple of 62 in a byte: the rest would favour the first letters.
      if (byte < 248 && text.length < length) text += letters[byte % 62];
    }
  }
  return text;
}
