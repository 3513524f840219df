import { expect, test } from 'bun:test';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { aSystemPart } from '../help/a-system-part.ts';

const folder = join('scripts', 'release');
const scripts = readdirSync(folder).filter((name) => name.endsWith('.sh'));
const shellcheck = process.platform === 'linux' ? aSystemPart('shellcheck', 'shellcheck') : undefined;

test.skipIf(shellcheck === undefined)('shellcheck finds nothing in the scripts of a release', () => {
  const paths = scripts.map((name) => join(folder, name));
  expect(paths.length).toBeGreaterThan(5);
  expect(Bun.spawnSync([shellcheck ?? '', ...paths]).stdout.toString()).toBe('');
});

test.skipIf(process.platform === 'win32')('each of them can be started, and says how it is used', () => {
  // What is without an operand has nothing to sign, to compare or to publish.
  for (const name of scripts) {
    expect(statSync(join(folder, name)).mode & 0o111, name).toBe(0o111);
    const { exitCode, stderr } = Bun.spawnSync([join(folder, name)], { stderr: 'pipe' });
    expect(exitCode, name).not.toBe(0);
    expect(stderr.toString(), name).toContain(`usage: ${name}`);
  }
});
