import { expect, test } from 'bun:test';
import { sizeReport, sizesIn, tooLarge, type Size } from '../../scripts/release/sizes.ts';

const mb = 1_000_000;
const size = (target: string, ours: number, xz?: number): Size => ({
  target,
  size: 100 * mb + ours,
  runtime: 100 * mb,
  ours,
  gz: 50 * mb,
  xz,
});

test('our part may take 8 MB, also in a file for two processors', () => {
  expect(tooLarge([size('linux-arm64', 8 * mb), size('darwin-universal2', 8 * mb)])).toEqual([]);
  expect(tooLarge([size('linux-arm64', 8 * mb + 1), size('darwin-universal2', 8 * mb + 1)])).toEqual([
    'linux-arm64: our part takes 8.00 MB, 8.00 MB at most.',
    'darwin-universal2: our part takes 8.00 MB, 8.00 MB at most.',
  ]);
});

test('the download for Linux may take 41 MB at best', () => {
  expect(tooLarge([size('linux-amd64', mb, 41 * mb), size('windows-amd64', mb, 50 * mb)])).toEqual([]);
  expect(tooLarge([size('linux-amd64', mb, 42 * mb)])).toHaveLength(1);
});

test('the report says what grew since another one', () => {
  const before = sizesIn(sizeReport([size('linux-amd64', 5 * mb), size('linux-arm64', 7 * mb)], '1.0.0'));
  const report = sizeReport([size('linux-amd64', 6 * mb), size('linux-arm64', 6.5 * mb)], '1.1.0', before);
  expect(report).toContain('| linux-amd64 | 106.00 MB | 100.00 MB | 6.00 MB | 50.00 MB | – | +1.00 MB |');
  expect(report).toContain('| linux-arm64 | 106.50 MB | 100.00 MB | 6.50 MB | 50.00 MB | – | −0.50 MB |');
});
