import { afterEach, beforeEach, describe, expect, it } from 'bun:test';
import {
  chmod,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { failureOf } from '../help/a-failure.ts';
import {
  firstBytes,
  firstBytesOfFile,
  makePrivateFolder,
  removeUnfinished,
  writePrivateFile,
} from '../../src/base/files.ts';

let folder = '';
const isWindows = process.platform === 'win32';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ccp-files-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

async function withUmask<T>(mask: number, run: () => Promise<T>): Promise<T> {
  const before = process.umask(mask);
  try {
    return await run();
  } finally {
    process.umask(before);
  }
}

describe.if(!isWindows)('modes', () => {
  for (const mask of [0o000, 0o022, 0o077, 0o777]) {
    const named = `under umask ${mask.toString(8).padStart(3, '0')}`;

    it(`a private file is for its owner alone ${named}`, async () => {
      const path = join(folder, 'credentials.json');
      await withUmask(mask, () => writePrivateFile(path, 'secret'));
      expect(await modeOf(path)).toBe(0o600);
    });

    it(`a private folder is for its owner alone ${named}`, async () => {
      const path = join(folder, 'home');
      await withUmask(mask, () => makePrivateFolder(path));
      expect(await modeOf(path)).toBe(0o700);
    });
  }

  it('folders on the way to a private one are not open to others either', async () => {
    await withUmask(0, () => makePrivateFolder(join(folder, 'a', 'b')));
    expect(await modeOf(join(folder, 'a'))).toBe(0o700);
  });

  it('a folder that was open to others is closed', async () => {
    const path = join(folder, 'home');
    await mkdir(path);
    await chmod(path, 0o755);
    await makePrivateFolder(path);
    expect(await modeOf(path)).toBe(0o700);
  });

  it('a file that was open to others is closed by the next writing', async () => {
    const path = join(folder, 'credentials.json');
    await writeFile(path, 'old');
    await chmod(path, 0o644);
    await writePrivateFile(path, 'new');
    expect(await modeOf(path)).toBe(0o600);
  });

  it('a link in the place of the file is replaced, not followed to somebody else’s file', async () => {
    const target = join(folder, 'target');
    const path = join(folder, 'credentials.json');
    await writeFile(target, 'theirs');
    await symlink(target, path);
    await writePrivateFile(path, 'ours');
    expect(await readFile(target, 'utf8')).toBe('theirs');
    expect(await readFile(path, 'utf8')).toBe('ours');
  });
});

describe('writePrivateFile', () => {
  it.skipIf(isWindows)('leaves a folder that everybody uses as it is, and says so', async () => {
    await chmod(folder, 0o1777);
    const error = await failureOf(makePrivateFolder(folder));
    expect(error).toMatchObject({ code: 'folder-shared' });
    expect((await stat(folder)).mode & 0o7777).toBe(0o1777);
  });

  it('writes text and bytes whole', async () => {
    const path = join(folder, 'file');
    await writePrivateFile(path, 'größer');
    expect(await readFile(path, 'utf8')).toBe('größer');
    await writePrivateFile(path, new Uint8Array([0, 255, 10]));
    expect([...(await readFile(path))]).toEqual([0, 255, 10]);
  });

  it('leaves the old file to those who have it open, and no other file behind', async () => {
    const path = join(folder, 'file');
    await writePrivateFile(path, 'old and long');
    const reader = await open(path);
    await writePrivateFile(path, 'new');
    expect((await reader.readFile()).toString()).toBe('old and long');
    await reader.close();
    expect(await readdir(folder)).toEqual(['file']);
  });

  it('leaves nothing behind where it fails', async () => {
    const path = join(folder, 'file');
    await mkdir(path);
    await writeFile(join(path, 'inside'), 'x');
    await failureOf(writePrivateFile(path, 'new'));
    expect(await readdir(folder)).toEqual(['file']);
    expect(await readdir(path)).toEqual(['inside']);
  });

  it('says so where the folder does not exist', async () => {
    const failure = await failureOf(writePrivateFile(join(folder, 'none', 'file'), 'x'));
    expect(failure.message).toContain('ENOENT');
  });

  it('shows every reader either the old file or the new one while twenty write at once', async () => {
    const path = join(folder, 'file');
    const contents = Array.from({ length: 20 }, (_, at) => String(at % 10).repeat(50_000 + at));
    await writePrivateFile(path, contents[0] ?? '');
    const state = { isOver: false };
    void Promise.all(contents.map((content) => writePrivateFile(path, content))).then(() => {
      state.isOver = true;
    });
    let reads = 0;
    while (!state.isOver) {
      expect(contents).toContain(await readFile(path, 'utf8'));
      reads += 1;
    }
    expect(reads).toBeGreaterThan(0);
    expect(await readdir(folder)).toEqual(['file']);
  });
});

describe('what a killed process left half written', () => {
  it('is removed when it is old, and nothing else is', async () => {
    const names = ['.0123456789ab.tmp', '.ffffffffffff.tmp', '.notes.tmp', 'credentials.json'];
    for (const name of names) await writeFile(join(folder, name), 'x');
    await utimes(join(folder, '.0123456789ab.tmp'), 1_000, 1_000);
    await removeUnfinished(folder, Date.now() - 60_000);
    expect((await readdir(folder)).toSorted()).toEqual(names.slice(1).toSorted());
  });

  it('is no reason to fail where there is no folder', async () => {
    await removeUnfinished(join(folder, 'nowhere'), Date.now());
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('firstBytes', () => {
  it('gives the whole of a small file', async () => {
    const path = join(folder, 'a');
    await writeFile(path, 'hello');
    expect(Buffer.from(await firstBytes(path, 100)).toString()).toBe('hello');
  });

  it('reads little more of a large one than it was asked for', async () => {
    const path = join(folder, 'a');
    await writeFile(path, Buffer.alloc(2 ** 20));
    const { length } = await firstBytes(path, 20_000);
    expect(length).toBeGreaterThanOrEqual(20_000);
    expect(length).toBeLessThan(40_000);
  });
});

describe('firstBytesOfFile', () => {
  it('gives the same of a file', async () => {
    const path = join(folder, 'a');
    await writeFile(path, 'hello');
    expect(Buffer.from(await firstBytesOfFile(path, 100)).toString()).toBe('hello');
  });

  it.skipIf(isWindows)('waits for no pipe, and reads no folder', async () => {
    const pipe = join(folder, 'pipe');
    expect(Bun.spawnSync(['mkfifo', pipe]).success).toBe(true);
    for (const path of [pipe, folder])
      await expect(firstBytesOfFile(path, 100)).rejects.toMatchObject({ code: 'EFTYPE' });
  });
});
