import { describe, expect, test } from 'bun:test';
import { qrLines } from '../../src/cli/qr-lines.ts';

const squares = [
  [true, false, true],
  [true, true, false],
  [false, true, false],
];

describe('a QR code in a terminal', () => {
  test('is black on white where there are colours, two rows a line', () => {
    const lines = qrLines(squares, true);
    expect(lines.map((line) => Bun.stripANSI(line))).toEqual(['█▄▀', ' ▀ ']);
    expect(lines[0]).toStartWith('\u001B[38;5;16;48;5;231m');
    expect(lines[0]).toEndWith('\u001B[0m');
  });

  test('draws what is light where there are none, on the dark ground of a terminal', () => {
    expect(qrLines(squares, false)).toEqual([' ▀▄', '█▄█']);
  });
});
