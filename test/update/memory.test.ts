import { expect, test } from 'bun:test';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newerThan, recall, remember } from '../../src/update/memory.ts';
import { temporaryFolders } from '../help/a-folder.ts';

const folder = temporaryFolders();
const last = {
  from: '1.0.0',
  to: '1.1.0',
  at: 1,
  binary: '/bin/ccp',
  previous: '/bin/ccp.previous',
  databaseCopy: null,
};

test('what is added is kept beside what was there', async () => {
  const path = join(folder(), 'update.json');
  await remember(path, { highest: '1.1.0', looked: { at: 5, offered: '1.1.0' } });
  await remember(path, { last });
  expect(await recall(path)).toEqual({ highest: '1.1.0', looked: { at: 5, offered: '1.1.0' }, last });
  if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('the highest version only rises', async () => {
  const path = join(folder(), 'update.json');
  await remember(path, { highest: '1.10.0' });
  await remember(path, { highest: '1.9.0' });
  expect((await recall(path)).highest).toBe('1.10.0');
});

test.each(['', 'no json', '{"highest":"../../etc"}', '[]'])(
  'a file with %p in it says nothing',
  async (text) => {
    const path = join(folder(), 'update.json');
    writeFileSync(path, text);
    expect(await recall(path)).toEqual({});
  },
);

test('where there is no file nothing is known', async () => {
  expect(await recall(join(folder(), 'update.json'))).toEqual({});
});

test('only a higher version than that which runs is newer', () => {
  const looked = { at: 1, offered: '1.1.0' };
  expect(newerThan('1.0.0', { looked })).toBe('1.1.0');
  expect(newerThan('1.1.0', { looked })).toBeNull();
  expect(newerThan('1.0.0', { looked: { at: 1 } })).toBeNull();
  expect(newerThan('1.0.0', {})).toBeNull();
});
