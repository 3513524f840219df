import { describe, expect, test } from 'bun:test';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Archive } from '../../../src/usage/capture/archive.ts';
import { makeFileKey } from '../../../src/usage/capture/file-key.ts';
import { pathOfFile } from '../../../src/usage/capture/file-name.ts';
import { WritingFile } from '../../../src/usage/capture/writing-file.ts';
import { temporaryFolders } from '../../help/a-folder.ts';
import { aKeptCall, MemoryVault } from '../../help/a-kept-call.ts';

const folder = temporaryFolders();

/** An archive with a file of each id, in which there are so many calls `req_DIGIT_N`. */
async function anArchive(...ids: string[]) {
  const captures = folder();
  const vault = new MemoryVault();
  for (const id of ids) {
    const file = await WritingFile.begin(captures, id, await makeFileKey(vault, id));
    for (let number = 0; number < 3; number += 1)
      await file.append(aKeptCall(`req_${id.at(-1)}_${number}`, `prompt ${id} ${number}`));
    await file.end();
  }
  return { captures, vault, archive: new Archive(captures, vault) };
}

const monday = '2026-11-23.00000001';
const tuesday = '2026-11-24.00000002';
const idsOf = (listing: Awaited<ReturnType<Archive['list']>>): string[] =>
  listing.calls.map(({ about }) => about.requestId);

describe('a list', () => {
  test('has the newest calls of all files, the newest last', async () => {
    const { archive } = await anArchive(monday, tuesday);
    expect(idsOf(await archive.list({ limit: 4 }))).toEqual(['req_1_2', 'req_2_0', 'req_2_1', 'req_2_2']);
    expect(idsOf(await archive.list({ limit: 2, day: '2026-11-23' }))).toEqual(['req_1_1', 'req_1_2']);
    expect(idsOf(await archive.list({ limit: 9, requestId: 'req_1_1' }))).toEqual(['req_1_1']);
    expect(idsOf(await archive.list({ limit: 9, day: '../..' }))).toEqual([]);
  });

  test('says which files cannot be read, and why, and gives the rest', async () => {
    const { archive, vault, captures } = await anArchive(monday, tuesday, '2026-11-25.00000003');
    vault.secrets.delete(`capture.${monday}`);
    const path = pathOfFile(captures, tuesday);
    writeFileSync(path, readFileSync(path).subarray(0, -30));
    const listing = await archive.list({ limit: 9 });
    // The end mark of 21 bytes is gone, and with it the last bytes of the last call.
    expect(idsOf(listing).toSorted()).toEqual(['req_2_0', 'req_2_1', 'req_3_0', 'req_3_1', 'req_3_2']);
    expect(listing.flaws.map(({ file, is }) => `${file} ${is}`).toSorted()).toEqual([
      `${monday} without-key`,
      `${tuesday} torn`,
    ]);
  });
});

describe('one call', () => {
  test('is found by its id, with what was said in it', async () => {
    const { archive } = await anArchive(monday, tuesday);
    const { file, place } = await archive.find('req_1_1');
    expect(file).toBe(monday);
    expect(Buffer.from(await archive.body(file, place, 'request')).toString()).toBe(`prompt ${monday} 1`);
    expect(Buffer.from(await archive.body(file, place, 'answer')).toString()).toBe('an answer');
  });

  test('that nobody kept is unknown, whatever its id looks like', async () => {
    const { archive } = await anArchive(monday);
    for (const id of ['req_9', '../../etc/passwd', monday, ''])
      await expect(archive.find(id)).rejects.toMatchObject({ code: 'capture-unknown' });
  });

  test('is in no file but one of captures in the folder', async () => {
    const { archive } = await anArchive(monday);
    for (const file of ['../credentials', `../capture/${monday}`, '/etc/passwd', tuesday, ''])
      await expect(archive.body(file, 0, 'request')).rejects.toMatchObject({ code: 'capture-unknown' });
  });

  test('whose key is lost is a problem that says so', async () => {
    const { archive, vault } = await anArchive(monday);
    const { file, place } = await archive.find('req_1_0');
    vault.secrets.clear();
    await expect(archive.body(file, place, 'request')).rejects.toMatchObject({ code: 'capture-key-missing' });
    await expect(archive.find('req_1_0')).rejects.toMatchObject({
      code: 'capture-key-missing',
      message: `No call "req_1_0" was kept. The file ${monday}.capture cannot be opened: its key is not in the vault.`,
    });
  });

  test('is not there at a place where there is none', async () => {
    const { archive } = await anArchive(monday);
    await expect(archive.body(monday, 1, 'request')).rejects.toMatchObject({ code: 'capture-damaged' });
  });
});

describe('destroying', () => {
  test('takes the keys first, then the files', async () => {
    const { archive, vault, captures } = await anArchive(monday, tuesday);
    await archive.destroy([monday]);
    expect(vault.done.at(-1)).toBe(`delete capture.${monday}`);
    expect(readdirSync(captures)).toEqual([`${tuesday}.capture`]);
    expect([...vault.secrets.keys()]).toEqual([`capture.${tuesday}`]);
  });

  test('leaves the files where the keys cannot be destroyed', async () => {
    const { archive, vault, captures } = await anArchive(monday);
    vault.trouble = new Error('the vault is shut');
    await expect(archive.destroy([monday])).rejects.toThrow('the vault is shut');
    expect(existsSync(pathOfFile(captures, monday))).toBe(true);
  });
});
