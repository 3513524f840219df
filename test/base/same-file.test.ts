import { expect, test } from 'bun:test';
import { closeSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sameFileAt } from '../../src/base/same-file.ts';
import { temporaryFolders } from '../help/a-folder.ts';

const aFolder = temporaryFolders();

const isWindows = process.platform === 'win32';

// Windows lets nobody delete a file that is open.
test.skipIf(isWindows)(
  'a file that is written to is the same one; one that is gone or replaced is not',
  async () => {
    const path = join(aFolder(), 'file');
    writeFileSync(path, 'a');
    // As whoever asks has it open: its number is not given to another file meanwhile.
    const open = openSync(path, 'r');
    const isSame = sameFileAt(path);
    writeFileSync(path, 'b');
    expect(await isSame()).toBe(true);
    rmSync(path);
    expect(await isSame()).toBe(false);
    writeFileSync(`${path}.other`, 'a');
    renameSync(`${path}.other`, path);
    expect(await isSame()).toBe(false);
    closeSync(open);
  },
);

test('where there was none, none is missed', async () => {
  expect(await sameFileAt(join(aFolder(), 'none'))()).toBe(true);
});
