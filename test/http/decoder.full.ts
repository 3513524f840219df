// Hundreds of thousands of broken bodies through the decoder: what comes off a socket must never end the process,
// whichever byte is wrong and wherever the body is cut.
import { expect, test } from 'bun:test';
import { decoded } from '../../src/http/coding.ts';
import { decoderFor, Undecodable } from '../../src/http/decoder.ts';
import { ways } from '../help/a-coding.ts';
import { Random } from '../help/a-random.ts';

/** Text as answers are: a few words over and over, of up to a few hundred KB. */
function someText(random: Random): Buffer {
  const words = ['data: ', '"text_delta"', 'größe', ' the', '\n\n', '{"type":', String(random.next())];
  const length = 1 + random.below(random.chance(0.05) ? 40_000 : 300);
  return Buffer.from(Array.from({ length }, () => random.one(words)).join(''));
}

/** What came out, until it was refused. */
function read(coding: string, coded: Uint8Array, random: Random): { text: Buffer; refused: boolean } {
  const parts: Uint8Array[] = [];
  const decoder = decoderFor(coding, { chunk: (bytes) => parts.push(bytes), end() {} });
  try {
    for (let from = 0; from < coded.length;) {
      const step = 1 + random.below(random.chance(0.5) ? 8 : 4_096);
      decoder?.chunk(coded.subarray(from, from + step));
      from += step;
    }
    decoder?.end();
    return { text: Buffer.concat(parts), refused: false };
  } catch (error) {
    if (!(error instanceof Undecodable)) throw error;
    return { text: Buffer.concat(parts), refused: true };
  }
}

/** A copy with some bytes changed, dropped, repeated or cut off. */
function harmed(bytes: Uint8Array, random: Random): Uint8Array {
  const copy = Buffer.from(bytes);
  for (let times = 1 + random.below(4); times > 0; times -= 1)
    copy[random.below(copy.length)] = random.below(256);
  const at = random.below(copy.length);
  if (random.chance(0.3)) return copy.subarray(0, at);
  if (random.chance(0.3))
    return Buffer.concat([copy.subarray(0, at), copy.subarray(random.below(copy.length))]);
  return copy;
}

test.each(ways.map(([coding, encode], at) => [coding, at, encode] as const))(
  'bodies in %s (%d) come out the same however they are cut, and broken ones harm nothing',
  (coding, seed, encode) => {
    const random = new Random(seed + 1);
    for (let round = 0; round < 4_000; round += 1) {
      const text = someText(random);
      const coded = encode(text);
      const whole = read(coding, coded, random);
      if (whole.refused || !whole.text.equals(text)) throw new Error(`round ${round} came out wrong`);
      for (let again = 0; again < 5; again += 1) {
        const broken = harmed(coded, random);
        read(coding, broken, random);
        decoded(broken, coding, 1024 * 1024);
      }
    }
    const before = process.memoryUsage().rss;
    Bun.gc(true);
    for (let round = 0; round < 4_000; round += 1)
      read(coding, harmed(encode(someText(random)), random), random);
    Bun.gc(true);
    // What is refused is let go of.
    expect(process.memoryUsage().rss - before).toBeLessThan(96 * 1024 * 1024);
  },
);
