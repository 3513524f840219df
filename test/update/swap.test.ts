import { expect, test } from 'bun:test';
import { basename } from 'node:path';
import { besideOf, previousOf, swapBack, swapIn, type Files } from '../../src/update/swap.ts';

/** A folder in memory: what each name holds. On Windows a file that runs can be renamed, and neither replaced nor removed. */
class Folder implements Files {
  readonly platform: NodeJS.Platform;
  readonly names = new Map<string, string>();
  readonly running = new Set<string>();
  /** The name whose next renaming fails. */
  stuck: string | undefined;
  knowsLinks = true;
  /** What a start would have found after each change. */
  readonly found: (string | undefined)[] = [];
  readonly #binary: string;

  constructor(platform: NodeJS.Platform, binary: string) {
    this.platform = platform;
    this.#binary = binary;
    this.names.set(binary, 'one');
  }

  exists(path: string): Promise<boolean> {
    return Promise.resolve(this.names.has(path));
  }

  async link(path: string, other: string): Promise<void> {
    if (!this.knowsLinks) throw Object.assign(new Error('no links here'), { code: 'EPERM' });
    await this.copy(path, other);
  }

  copy(path: string, other: string): Promise<void> {
    this.#put(other, this.#take(path));
    return Promise.resolve();
  }

  async rename(from: string, to: string): Promise<void> {
    if (this.stuck === from) throw Object.assign(new Error('in use'), { code: 'EBUSY' });
    const content = this.#take(from);
    if (this.platform === 'win32' && this.names.has(to))
      throw Object.assign(new Error('is there'), { code: 'EEXIST' });
    this.names.delete(from);
    this.#put(to, content);
  }

  remove(path: string): Promise<void> {
    const content = this.names.get(path);
    if (this.platform === 'win32' && content !== undefined && this.running.has(content))
      return Promise.reject(Object.assign(new Error('runs'), { code: 'EPERM' }));
    this.names.delete(path);
    this.found.push(this.names.get(this.#binary));
    return Promise.resolve();
  }

  sync(): Promise<void> {
    return Promise.resolve();
  }

  get all(): Record<string, string> {
    return Object.fromEntries([...this.names].map(([path, content]) => [basename(path), content]));
  }

  #take(path: string): string {
    const content = this.names.get(path);
    if (content === undefined) throw Object.assign(new Error(`no ${path}`), { code: 'ENOENT' });
    return content;
  }

  #put(path: string, content: string): void {
    this.names.set(path, content);
    this.found.push(this.names.get(this.#binary));
  }
}

const unix = '/opt/ccp/claude-code-proxy';
const windows = '/programs/claude-code-proxy.exe';

function fresh(folder: Folder, binary: string): string {
  const path = besideOf(binary, 'new');
  folder.names.set(path, 'two');
  return path;
}

test('the new program takes the place of the old, which is kept', async () => {
  const folder = new Folder('linux', unix);
  await swapIn(fresh(folder, unix), unix, folder);
  expect(folder.all).toEqual({ 'claude-code-proxy': 'two', 'claude-code-proxy.previous': 'one' });
});

test('at every moment a start finds one or the other', async () => {
  const folder = new Folder('linux', unix);
  folder.names.set(previousOf(unix), 'zero');
  await swapIn(fresh(folder, unix), unix, folder);
  await swapBack(unix, folder);
  expect(folder.found.length).toBeGreaterThan(3);
  expect(folder.found.filter((content) => content !== 'one' && content !== 'two')).toEqual([]);
});

test('where the disk knows no second name for a file, the old one is copied', async () => {
  const folder = new Folder('linux', unix);
  folder.knowsLinks = false;
  await swapIn(fresh(folder, unix), unix, folder);
  expect(folder.all).toEqual({ 'claude-code-proxy': 'two', 'claude-code-proxy.previous': 'one' });
});

test('going back puts the old one in place, and there is nothing left to go back to', async () => {
  const folder = new Folder('linux', unix);
  await swapIn(fresh(folder, unix), unix, folder);
  await swapBack(unix, folder);
  expect(folder.all).toEqual({ 'claude-code-proxy': 'one' });
});

test('on Windows the program that runs is renamed, and goes once it has ended', async () => {
  const folder = new Folder('win32', windows);
  folder.running.add('one');
  await swapIn(fresh(folder, windows), windows, folder);
  expect(folder.all).toEqual({
    'claude-code-proxy.exe': 'two',
    'claude-code-proxy.exe.previous': 'one',
    '.claude-code-proxy.old-1.exe': 'one',
  });
});

test('on Windows the version before, which may still run, makes way as well', async () => {
  const folder = new Folder('win32', windows);
  folder.names.set(previousOf(windows), 'zero');
  folder.running.add('zero');
  folder.running.add('one');
  await swapIn(fresh(folder, windows), windows, folder);
  expect(folder.all).toMatchObject({
    'claude-code-proxy.exe': 'two',
    'claude-code-proxy.exe.previous': 'one',
  });
  expect(Object.values(folder.all)).toContain('zero');
});

test('on Windows a new program that cannot be put in place leaves the old one there', async () => {
  const folder = new Folder('win32', windows);
  const path = fresh(folder, windows);
  folder.stuck = path;
  await expect(swapIn(path, windows, folder)).rejects.toThrow('in use');
  expect(folder.names.get(windows)).toBe('one');
});

test('on Windows going back works while the new one runs', async () => {
  const folder = new Folder('win32', windows);
  await swapIn(fresh(folder, windows), windows, folder);
  folder.running.add('two');
  await swapBack(windows, folder);
  expect(folder.names.get(windows)).toBe('one');
});

test('names beside a program are hidden, ours, and can be started on Windows', () => {
  expect(besideOf(unix, 'new')).toBe('/opt/ccp/.claude-code-proxy.new');
  expect(besideOf(windows, 'new')).toBe('/programs/.claude-code-proxy.new.exe');
});
