import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Glob } from 'bun';

const repository = join(import.meta.dir, '..');

function listed(which: string): string[] {
  const { stdout } = Bun.spawnSync(['node', 'scripts/system-packages.mjs', which], { cwd: repository });
  return stdout.toString().trim().split(' ');
}

/** Packages that tests ask for by name, each with the file that does. Essential ones are always there. */
function asked(): [name: string, file: string][] {
  const files = [...new Glob('**/*.ts').scanSync(import.meta.dir)];
  return files.flatMap((file) => {
    const text = readFileSync(join(import.meta.dir, file), 'utf8');
    return [
      ...text.matchAll(/aSystemPart\(\s*\w[^,)]*,\s*'([\w.+-]+)'|aSystemPart\('[^']+', '([\w.+-]+)'/g),
    ].map(([, first, second]): [string, string] => [first ?? second ?? '', file]);
  });
}

test('every package of Debian that a test asks for is in the list that is installed', () => {
  const full = [...listed('full'), 'dpkg'];
  expect(asked().length).toBeGreaterThan(20);
  expect(asked().filter(([name]) => !full.includes(name))).toEqual([]);
});

test('what the gate runs asks for nothing that the gate does not install', () => {
  const gate = [...listed('gate'), 'dpkg'];
  const ofTheGate = asked().filter(([, file]) => /\.(?:test|browser|clients)\.ts$/.test(file));
  expect(ofTheGate.filter(([name]) => !gate.includes(name))).toEqual([]);
});

test('who asks for neither list is told which there are', () => {
  const { exitCode, stderr } = Bun.spawnSync(['node', 'scripts/system-packages.mjs', 'all'], {
    cwd: repository,
  });
  expect(exitCode).toBe(2);
  expect(stderr.toString()).toContain('gate | full');
});
