import { expect, test } from 'bun:test';
import { inflateSync } from 'node:zlib';
import { iconFile } from '../../scripts/release/icon.ts';

interface Picture {
  readonly size: number;
  readonly png: Buffer;
}

/** The pictures of an .ico file, by its directory. */
function picturesOf(file: Buffer): Picture[] {
  return Array.from({ length: file.readUInt16LE(4) }, (_, index) => {
    const entry = 6 + 16 * index;
    const [length, offset] = [file.readUInt32LE(entry + 8), file.readUInt32LE(entry + 12)];
    return { size: file[entry] || 256, png: file.subarray(offset, offset + length) };
  });
}

/** Red, green, blue and opacity of a pixel. */
function pixel({ size, png }: Picture, x: number, y: number): number[] {
  const data = png.indexOf('IDAT');
  const rows = inflateSync(png.subarray(data + 4, data + 4 + png.readUInt32BE(data - 4)));
  const at = y * (1 + 4 * size) + 1 + 4 * x;
  return [...rows.subarray(at, at + 4)];
}

test('the icon has a picture for every size that Windows shows', () => {
  const pictures = picturesOf(iconFile());
  expect(pictures.map(({ size }) => size)).toEqual([16, 24, 32, 48, 64, 256]);
  for (const { size, png } of pictures) {
    expect(png.toString('latin1', 1, 4)).toBe('PNG');
    expect(png.readUInt32BE(16)).toBe(size);
  }
});

test('it shows the mark of the page: a white line on a field with round corners', () => {
  const large = picturesOf(iconFile()).at(-1) as Picture;
  expect(pixel(large, 0, 0)[3]).toBe(0);
  expect(pixel(large, 128, 20)).toEqual([0x4f, 0x55, 0xd1, 255]);
  expect(pixel(large, 9 * 8, 16 * 8)).toEqual([255, 255, 255, 255]);
});

test('it is the same each time', () => {
  expect(iconFile().equals(iconFile())).toBe(true);
});
