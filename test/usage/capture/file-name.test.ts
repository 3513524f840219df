import { expect, test } from 'bun:test';
import {
  beginOf,
  dayOf,
  dayOfFile,
  entryOfFile,
  fileIdIn,
  fileIdOfEntry,
  isFileId,
  newFileId,
  pathOfFile,
} from '../../../src/usage/capture/file-name.ts';

test('a file is named after its day, and the vault knows its key by the same name', () => {
  const id = newFileId('2026-11-25', '7f3a9c21');
  expect(pathOfFile('/home', id)).toBe('/home/2026-11-25.7f3a9c21.capture');
  expect(dayOfFile(id)).toBe('2026-11-25');
  expect(fileIdIn('2026-11-25.7f3a9c21.capture')).toBe(id);
  expect(fileIdOfEntry(entryOfFile(id))).toBe(id);
});

test('nothing but such a name is a file of captures', () => {
  const names = ['../2026-11-25.7f3a9c21', '2026-11-25.7f3a9c21/x', '2026-11-25.7F3A9C21', '', '2026-11-25'];
  for (const name of names) {
    expect(isFileId(name)).toBe(false);
    expect(fileIdIn(`${name}.capture`)).toBeUndefined();
    expect(fileIdOfEntry(`capture.${name}`)).toBeUndefined();
  }
  expect(fileIdOfEntry('acc_2026-11-25.7f3a9c21')).toBeUndefined();
});

test('a day is one of the calendar, in UTC', () => {
  expect(dayOf(Date.UTC(2026, 10, 25, 23, 59, 59, 999))).toBe('2026-11-25');
  expect(beginOf('2026-11-25')).toBe(Date.UTC(2026, 10, 25));
  for (const day of ['2026-02-30', '2026-11-25T00:00', '../x', '', '26-11-25'])
    expect(beginOf(day)).toBeUndefined();
});
