import { describe, expect, test } from 'bun:test';
import { qrSquares } from '../../src/base/qr-code.ts';
import { readByACamera } from '../help/a-camera.ts';

describe('a QR code', () => {
  test('is read again as what it was made of', () => {
    for (const text of [
      'https://login.example.com/device?user_code=ABCD-EFGH',
      'x',
      'ünï&<"\'>',
      'a'.repeat(500),
    ]) {
      const squares = qrSquares(text);
      expect(readByACamera(squares ?? [])).toBe(text);
    }
  });

  test('has four light squares around it, and is not made of what no camera would read', () => {
    const squares = qrSquares('https://login.example.com/device') ?? [];
    const edges = [...squares.slice(0, 4), ...squares.slice(-4)].flat();
    expect(edges.some((isDark) => isDark)).toBe(false);
    expect(squares.every((row) => row.length === squares.length)).toBe(true);
    expect(qrSquares('a'.repeat(601))).toBeUndefined();
  });
});
