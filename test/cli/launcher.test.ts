import { afterEach, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../help/a-command.ts';

const repository = join(import.meta.dir, '..', '..');
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** What the scripts of a checkout make of a run of the runtime with `words`. */
function runOf(words: readonly string[]): number | null {
  const script = `import('./scripts/bun.mjs').then(async ({ runBun }) => process.exit(await runBun(${JSON.stringify(words)})))`;
  return Bun.spawnSync(['node', '-e', script], { cwd: repository, timeout: 20_000 }).exitCode;
}

test('the launcher exits as the program did', () => {
  expect(runOf(['-e', 'process.exit(7)'])).toBe(7);
});

test('hints of a checkout say what was typed', () => {
  const windows = process.platform === 'win32';
  const typed = windows ? String.raw`.\bin\claude-code-proxy` : './bin/claude-code-proxy';
  const home = mkdtempSync(join(tmpdir(), 'ccproxy-launcher-'));
  folders.push(home);
  const words = windows ? ['cmd.exe', '/d', '/c', `${typed}.cmd`] : [typed];
  const { stdout, stderr, exitCode } = Bun.spawnSync([...words, 'status'], {
    cwd: repository,
    env: { ...process.env, CCPROXY_HOME: home, NO_COLOR: '1' },
    timeout: 20_000,
  });
  expect(stdout.toString()).toBe('');
  expect(stderr.toString()).toContain(`fix: Start it: \`${typed} serve\`.`);
  expect(exitCode).toBe(5);
});

if (process.platform !== 'win32') {
  test('a program that a signal ended is told as a shell would', () => {
    expect(runOf(['-e', 'process.kill(process.pid, "SIGKILL")'])).toBe(137);
  });

  test('one Ctrl-C at a terminal is one: the demo of a checkout ends in good order and leaves nothing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ccproxy-launcher-'));
    folders.push(folder);
    const temporary = join(folder, 'temporary');
    mkdirSync(temporary);
    const { PATH = '' } = process.env;
    let shown = '';
    const child = Bun.spawn(['node', join(repository, 'bin', 'claude-code-proxy'), 'demo'], {
      env: { PATH, HOME: folder, TMPDIR: temporary, TERM: 'xterm' },
      terminal: {
        cols: 120,
        rows: 40,
        data: (_, bytes) => {
          shown += Buffer.from(bytes).toString();
        },
      },
    });
    await until(() => shown.includes('Ctrl-C ends the demo'));
    child.terminal?.write('\x03');
    expect(await child.exited).toBe(0);
    expect(shown).toMatch(/\d+ calls answered, 0 failed; [^\n]*\s*$/);
    expect(readdirSync(temporary)).toEqual([]);
  });
}
