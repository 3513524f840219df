import { describe, expect, it } from 'bun:test';
import { Random } from '../help/a-random.ts';
import { Waiting } from '../../src/wire/waiting.ts';

describe('bytes that wait', () => {
  it('go in order, whatever is taken at a time', () => {
    const random = new Random(3);
    const waiting = new Waiting();
    let pushed = '';
    let taken = '';
    for (let round = 0; round < 2_000; round += 1) {
      if (random.chance(0.5)) {
        const text = String.fromCharCode(97 + (round % 26)).repeat(1 + random.below(20));
        pushed += text;
        waiting.push(Buffer.from(text));
      }
      let room = random.below(30);
      waiting.flush((bytes) => {
        const now = Math.min(room, bytes.length);
        room -= now;
        taken += Buffer.from(bytes.subarray(0, now)).toString();
        return now;
      });
    }
    waiting.flush((bytes) => {
      taken += Buffer.from(bytes).toString();
      return bytes.length;
    });
    expect(taken).toBe(pushed);
    expect(waiting.isEmpty).toBe(true);
  });

  it('are offered no further once less is taken than was offered', () => {
    const waiting = new Waiting();
    waiting.push(Buffer.from('ab'));
    waiting.push(Buffer.from('cd'));
    let offers = 0;
    waiting.flush(() => {
      offers += 1;
      return 1;
    });
    expect(offers).toBe(1);
    expect(waiting.isEmpty).toBe(false);
  });

  it('are dropped, also while they are being taken', () => {
    const waiting = new Waiting();
    for (const text of ['a', 'b', 'c']) waiting.push(Buffer.from(text));
    waiting.flush((bytes) => {
      if (bytes[0] !== 98) return 1;
      waiting.drop();
      return 0;
    });
    expect(waiting.isEmpty).toBe(true);
  });
});
