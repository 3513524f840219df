import { expect, test } from 'bun:test';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { removeLeftovers } from '../../src/update/leftovers.ts';
import { temporaryFolders } from '../help/a-folder.ts';

const folder = temporaryFolders();
const hour = 3_600_000;

function aMess(ending = ''): { home: string; bin: string; binary: string } {
  const place = folder();
  const [home, bin] = [join(place, 'home'), join(place, 'bin')];
  mkdirSync(join(home, 'update-trial-abC123', 'logs'), { recursive: true });
  mkdirSync(join(bin, '.claude-code-proxy.install-abC123'), { recursive: true });
  const names = [
    `claude-code-proxy${ending}`,
    `claude-code-proxy${ending}.previous`,
    '.claude-code-proxy.update-3',
    `.claude-code-proxy.new${ending}`,
    `.claude-code-proxy.keeping${ending}`,
    `.claude-code-proxy.old-1${ending}`,
    `.claude-code-proxy.load-0123456789abcdef${ending}`,
    '.another-program.new',
    'claude-code-proxy.notes',
  ];
  for (const name of names) writeFileSync(join(bin, name), name);
  writeFileSync(join(home, 'proxy.db'), '');
  return { home, bin, binary: join(bin, `claude-code-proxy${ending}`) };
}

test.each(['', '.exe'])('what updates left behind goes, and nothing else (%p)', async (ending) => {
  const { home, bin, binary } = aMess(ending);
  await removeLeftovers(binary, home, Date.now() + 8 * 24 * hour);
  expect(readdirSync(bin).toSorted()).toEqual(
    [
      '.another-program.new',
      '.claude-code-proxy.update-3',
      `claude-code-proxy${ending}`,
      'claude-code-proxy.notes',
      `claude-code-proxy${ending}.previous`,
    ].toSorted(),
  );
  expect(readdirSync(home)).toEqual(['proxy.db']);
});

test('folders of other people stay, whatever they begin with', async () => {
  const { home, binary } = aMess();
  const theirs = ['trial-1', 'trial-abc123', 'update-trial-notes', 'update-trial-abc1234'];
  for (const name of theirs) mkdirSync(join(home, name));
  await removeLeftovers(binary, home, Date.now() + 2 * hour);
  expect(readdirSync(home).toSorted()).toEqual(['proxy.db', ...theirs].toSorted());
});

test('what an update may be working on stays', async () => {
  const { home, bin, binary } = aMess();
  const before = readdirSync(bin);
  await removeLeftovers(binary, home, Date.now());
  expect(readdirSync(bin)).toEqual(before);
  expect(readdirSync(home)).toContain('update-trial-abC123');
});

test('a download that can be gone on with stays for a week', async () => {
  const { home, bin, binary } = aMess();
  await removeLeftovers(binary, home, Date.now() + 2 * hour);
  expect(readdirSync(bin)).toContain('.claude-code-proxy.load-0123456789abcdef');
  expect(readdirSync(bin)).not.toContain('.claude-code-proxy.new');
});

test('folders that are not there are no failure', async () => {
  await removeLeftovers(join(folder(), 'gone', 'ccp'), join(folder(), 'gone'), Date.now());
});
