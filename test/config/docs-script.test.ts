import { expect, test } from 'bun:test';
import { cpSync, existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { settingsPage } from '../../src/config/document.ts';
import { SettingsFolder } from './a-settings-folder.ts';

/** A checkout of its own, as far as the script needs one. */
function checkout(folder: SettingsFolder): (...args: string[]) => Promise<{ code: number; text: string }> {
  const root = join(import.meta.dir, '../..');
  cpSync(join(root, 'scripts'), join(folder.path, 'scripts'), { recursive: true });
  for (const name of ['src', 'packaging', 'data', 'node_modules', 'package.json', 'tsconfig.json']) {
    symlinkSync(join(root, name), join(folder.path, name));
  }
  return async (...args) => {
    const script = join(folder.path, 'scripts/docs.ts');
    const child = Bun.spawn([process.execPath, script, ...args], { stdout: 'pipe', stderr: 'pipe' });
    const [text, errors] = await Promise.all([child.stdout.text(), child.stderr.text()]);
    return { code: await child.exited, text: text + errors };
  };
}

test('documents are written, and checked without being written', async () => {
  using folder = new SettingsFolder();
  const docs = checkout(folder);
  const page = join(folder.path, 'docs/settings.md');

  const missing = await docs('--check');
  expect(missing.code).toBe(1);
  expect(missing.text).toContain('docs/settings.md, docs/config.schema.json');
  expect(existsSync(page)).toBe(false);

  expect(await docs()).toMatchObject({ code: 0 });
  expect(readFileSync(page, 'utf8')).toBe(settingsPage());
  expect(await docs('--check')).toMatchObject({ code: 0, text: '' });

  writeFileSync(page, `${settingsPage()}\nmine\n`);
  expect(await docs('--check')).toMatchObject({ code: 1 });
  expect(readFileSync(page, 'utf8')).toContain('mine');

  writeFileSync(page, settingsPage().replaceAll('\n', '\r\n'));
  expect(await docs('--check')).toMatchObject({ code: 0 });
});
