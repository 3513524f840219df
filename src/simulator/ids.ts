const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** 62⁵: five letters fit into one 32-bit draw. */
const lettersPerDraw = 5;

/** Draws that repeat for the same seed, so that a test sees the same ids each time (xorshift, 32 bits). */
export class Draws {
  #state: number;

  /** @param seed any whole number; 0 is taken as 1, because xorshift never leaves 0 */
  constructor(seed: number) {
    this.#state = seed | 0 || 1;
  }

  /** A whole number from 0 to 2³² − 1. */
  next(): number {
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state;
    return state >>> 0;
  }

  /** An id as the API makes them: prefix, `01`, and 22 letters and digits. */
  id(prefix: string): string {
    let text = `${prefix}01`;
    for (let length = 0; length < 22;) {
      let draw = this.next();
      for (let turn = 0; turn < lettersPerDraw && length < 22; turn += 1, length += 1) {
        text += letters[draw % 62];
        draw = Math.floor(draw / 62);
      }
    }
    return text;
  }
}
