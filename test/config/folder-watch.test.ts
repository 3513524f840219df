import { afterEach, expect, test } from 'bun:test';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { FolderWatch } from '../../src/config/folder-watch.ts';
import { SettingsFolder } from './a-settings-folder.ts';

let open: FolderWatch | undefined;

afterEach(() => {
  open?.close();
});

/** Watches `folder`; `next` resolves at the next event with that name. */
function watching(folder: string): { watch: FolderWatch; next: (name: string) => Promise<void> } {
  const waiting = new Map<string, () => void>();
  const watch = new FolderWatch(folder, (name) => waiting.get(name ?? '')?.());
  open = watch;
  return { watch, next: (name) => new Promise((resolve) => waiting.set(name, resolve)) };
}

test('an event in the folder is told with its name', async () => {
  using folder = new SettingsFolder();
  const { watch, next } = watching(folder.path);
  await watch.attach();
  const event = next('config.toml');
  folder.write('a = 1');
  await event;
});

test('a folder that is not there yet can be tried again', async () => {
  using folder = new SettingsFolder();
  const later = join(folder.path, 'later');
  const { watch, next } = watching(later);
  await watch.attach();
  mkdirSync(later);
  await watch.attach();
  const event = next('config.toml');
  folder.write('a = 1', 'later/config.toml');
  await event;
});

test('a folder that was removed and made again is another folder', async () => {
  using folder = new SettingsFolder();
  const inner = join(folder.path, 'inner');
  mkdirSync(inner);
  const { watch, next } = watching(inner);
  await watch.attach();
  rmSync(inner, { recursive: true });
  mkdirSync(inner);
  await watch.attach();
  const event = next('config.toml');
  folder.write('a = 1', 'inner/config.toml');
  await event;
});

test('after closing it does not begin again', async () => {
  using folder = new SettingsFolder();
  const names: (string | null)[] = [];
  const watch = new FolderWatch(folder.path, (name) => names.push(name));
  await watch.attach();
  watch.close();
  await watch.attach();
  const { watch: other, next } = watching(folder.path);
  await other.attach();
  const event = next('config.toml');
  folder.write('a = 1');
  await event;
  expect(names).toEqual([]);
});
