import { expect, test } from 'bun:test';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { slicesOf } from '../../scripts/release/macho.ts';
import { signAdHoc } from '../../scripts/release/macho-sign.ts';
import { universal } from '../../scripts/release/universal.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { aMachO } from '../help/a-macho.ts';

const folder = temporaryFolders();
const intel = signAdHoc(aMachO('x86_64', 1), 'some-program');
const apple = signAdHoc(aMachO('arm64', 2), 'some-program');

test('every executable is in it as it was, where its processor can map it', () => {
  const slices = slicesOf(universal([intel, apple]));
  expect(slices.map(({ processor }) => processor)).toEqual(['x86_64', 'arm64']);
  expect(slices[0]?.bytes.equals(intel)).toBe(true);
  expect(slices[1]?.bytes.equals(apple)).toBe(true);
  expect(slices.map(({ offset }, index) => offset % (index === 0 ? 0x1000 : 0x4000))).toEqual([0, 0]);
});

// The system's own tool comes with LLVM; the format is too small to need it, so it is only asked where it is.
const lipo = Bun.which('llvm-lipo-14') ?? Bun.which('lipo');
test.skipIf(lipo === null)('a tool of others joins them to the same bytes', () => {
  const here = folder();
  mkdirSync(here, { recursive: true });
  writeFileSync(join(here, 'intel'), intel);
  writeFileSync(join(here, 'apple'), apple);
  const words = ['-create', 'intel', 'apple', '-output', 'both'];
  expect(Bun.spawnSync([lipo ?? '', ...words], { cwd: here }).exitCode).toBe(0);
  expect(readFileSync(join(here, 'both')).equals(universal([intel, apple]))).toBe(true);
});

test('a header that names another processor than the slice does is refused', () => {
  const file = universal([intel]);
  file.writeUInt32BE(0x0100_000c, 8);
  expect(() => slicesOf(file)).toThrow('for x86_64');
});
