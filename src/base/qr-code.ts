import { encodeQR } from 'qr';

/** Light squares around it, without which readers do not find it (ISO/IEC 18004 §6.3.8). */
const quiet = 4;

/** The longest text that still makes a code a camera reads from a screen (characters). */
const longest = 600;

/** The squares of a QR code, row by row, `true` for dark; undefined for a text that is too long for one. */
export function qrSquares(text: string): readonly (readonly boolean[])[] | undefined {
  if (text.length > longest) return undefined;
  return encodeQR(text, 'raw', { ecc: 'medium', border: quiet });
}
