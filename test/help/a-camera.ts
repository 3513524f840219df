import { decodeQR } from 'qr/decode.js';

/** How many pixels a square has in the picture. */
const pixels = 6;

/** What a camera reads that sees these squares, black on white, row by row. */
export function readByACamera(squares: readonly (readonly boolean[])[]): string {
  const size = squares.length * pixels;
  const data = new Uint8Array(size * size * 4).fill(255);
  for (let y = 0; y < size; y += 1)
    for (let x = 0; x < size; x += 1) {
      const isDark = squares[Math.floor(y / pixels)]?.[Math.floor(x / pixels)] === true;
      if (isDark) data.fill(0, (y * size + x) * 4, (y * size + x) * 4 + 3);
    }
  return decodeQR({ width: size, height: size, data });
}
