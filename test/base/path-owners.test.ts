import { describe, expect, test } from 'bun:test';
import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRootsAlone, ownerOf } from '../../src/base/path-owners.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { noStranger, stranger, strangersHome } from '../help/a-stranger.ts';

if (noStranger !== undefined) console.warn(`SKIPPED: whose a path is: ${noStranger}`);

const folder = temporaryFolders();

/** A file of root's alone. */
function aFile(): string {
  const path = join(folder(), 'config.toml');
  writeFileSync(path, '', { mode: 0o644 });
  return path;
}

describe.skipIf(noStranger !== undefined)('a path', () => {
  test('of root is root’s alone, also below a folder where everybody may make files', async () => {
    expect(await isRootsAlone(aFile())).toBe(true);
  });

  test('is not, once others may write the file or a folder on the way', async () => {
    const path = aFile();
    chmodSync(path, 0o664);
    expect(await isRootsAlone(path)).toBe(false);
    chmodSync(path, 0o644);
    chmodSync(join(path, '..'), 0o777);
    expect(await isRootsAlone(path)).toBe(false);
  });

  test('is not where a link on the way leads through a folder of somebody else', async () => {
    const place = folder();
    const home = strangersHome(place);
    mkdirSync(join(place, 'root'));
    writeFileSync(join(place, 'root', 'config.toml'), '');
    symlinkSync(join(place, 'root'), join(home, 'link'));
    symlinkSync(join(home, 'link'), join(place, 'way'));
    expect(await isRootsAlone(join(place, 'way', 'config.toml'))).toBe(false);
    expect(await isRootsAlone(join(place, 'root', 'config.toml'))).toBe(true);
  });

  test('whose links lead in a circle is nobody’s but root’s, and ends', async () => {
    const place = folder();
    symlinkSync(join(place, 'b'), join(place, 'a'));
    symlinkSync(join(place, 'a'), join(place, 'b'));
    expect(await isRootsAlone(join(place, 'a', 'x'))).toBe(true);
  });

  test('belongs to its owner, or to whoever could put another one there', async () => {
    const place = folder();
    const home = strangersHome(place);
    expect(await ownerOf(home)).toEqual(stranger);
    expect(await ownerOf(join(home, 'not there yet'))).toEqual(stranger);
    mkdirSync(join(home, 'of root'));
    expect(await ownerOf(join(home, 'of root'))).toEqual(stranger);
    chownSync(join(home, 'of root'), 1, 1);
    expect(await ownerOf(join(home, 'of root'))).toEqual({ uid: 1, gid: 1 });
    expect(await ownerOf(place)).toBeUndefined();
  });
});
