import { describe, expect, test } from 'bun:test';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asOwner } from '../../src/update/as-owner.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { noStranger, stranger, strangersHome } from '../help/a-stranger.ts';

if (noStranger !== undefined) console.warn(`SKIPPED: working as somebody else: ${noStranger}`);

const folder = temporaryFolders();

test('without an owner it works as who it is', async () => {
  const path = join(folder(), 'made');
  await asOwner(undefined, () => writeFile(path, ''));
  if (process.getuid !== undefined) expect(statSync(path).uid).toBe(process.getuid());
});

describe.skipIf(noStranger !== undefined)('root', () => {
  test('makes what is the owner’s, and gets no further than they do', async () => {
    const place = folder();
    const home = strangersHome(place);
    await asOwner(stranger, async () => {
      await writeFile(join(home, 'made'), '');
      writeFileSync(join(home, 'at once'), '');
      await expect(writeFile(join(place, 'made'), '')).rejects.toThrow('EACCES');
    });
    for (const name of ['made', 'at once']) expect(statSync(join(home, name))).toMatchObject(stranger);
    expect(existsSync(join(place, 'made'))).toBe(false);
  });

  test('has its rights and its groups back afterwards, whatever happened', async () => {
    const groups = process.getgroups?.();
    await expect(asOwner(stranger, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await asOwner(stranger, () => asOwner(stranger, () => Promise.resolve()));
    expect([process.geteuid?.(), process.getegid?.()]).toEqual([0, 0]);
    expect(process.getgroups?.()).toEqual(groups ?? []);
  });
});
