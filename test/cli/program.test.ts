import { expect, test } from 'bun:test';
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { declare } from '../../src/cli/program.ts';
import { benches, program as words } from '../help/a-command.ts';

const bench = benches();
const program = declare(() => Promise.reject(new Error('nothing is run here')), { write: () => {} });

function leaves(command: Command, path: string[] = []): { command: Command; path: string[] }[] {
  if (command.commands.length === 0) return [{ command, path }];
  return command.commands.flatMap((inner) => leaves(inner, [...path, inner.name()]));
}

test('every command says what it does and shows how it is used', () => {
  const all = leaves(program);
  expect(all.length).toBeGreaterThanOrEqual(20);
  for (const { command, path } of all) {
    let help = '';
    command.configureOutput({ writeOut: (text) => (help += text) });
    command.outputHelp();
    expect(command.summary(), path.join(' ')).not.toBe('');
    expect(help, path.join(' ')).toContain('Examples:\n  claude-code-proxy ');
  }
});

test('every option says what it is for', () => {
  for (const { command, path } of leaves(program))
    for (const option of command.options)
      expect(option.description, `${path.join(' ')} ${option.flags}`).not.toBe('');
});

test('every command that prints data has --json', () => {
  const without = leaves(program)
    .filter(({ command }) => !command.options.some(({ long }) => long === '--json'))
    .map(({ path }) => path.join(' '));
  expect(without.toSorted()).toEqual([
    'completion',
    'config schema',
    'demo',
    'key-helper',
    'serve',
    'service run',
  ]);
});

test('every example is understood by the command line itself', async () => {
  for (const { command, path } of leaves(program)) {
    let help = '';
    command.configureOutput({ writeOut: (text) => (help += text) });
    command.outputHelp();
    const [, examples = ''] = help.split('Examples:\n');
    for (const line of examples.trimEnd().split('\n')) {
      const [typed = ''] = line
        .trim()
        .replace('claude-code-proxy ', '')
        .split(/ {2,}| [<>|]+ /);
      const words = [...typed.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
      const called: string[] = [];
      const parsed = declare(
        (found) => {
          called.push(namesOf(found).join(' '));
          return Promise.resolve();
        },
        { write: () => {} },
      );
      await parsed.parseAsync(words, { from: 'user' });
      expect(called, typed).toEqual([path.join(' ')]);
    }
  }
});

function namesOf(command: Command): string[] {
  return command.parent === null ? [] : [...namesOf(command.parent), command.name()];
}

test('help goes to standard output and is no failure', async () => {
  const made = bench();
  for (const words of [['--help'], ['help'], ['auth', '--help'], ['keys', 'create', '-h']]) {
    const { out, err, code } = await made.run(words);
    expect(out).toStartWith('Usage: claude-code-proxy');
    expect(err).toBe('');
    expect(code).toBe(0);
  }
  expect((await made.run(['--help'])).out).toContain('Exit codes:');
});

test('a group without a command shows its help and is wrong usage', async () => {
  const { out, err, code } = await bench().run(['auth']);
  expect(out).toBe('');
  expect(err).toContain('Usage: claude-code-proxy auth');
  expect(code).toBe(2);
});

if (process.platform !== 'win32') {
  test('a reader that leaves early is no failure', async () => {
    const child = Bun.spawn(['/bin/sh', '-c', '"$@" | head -1', 'sh', ...words, 'config', 'schema'], {
      env: bench().env,
      stdout: 'pipe',
      stderr: 'pipe',
      stdin: 'ignore',
    });
    expect(await new Response(child.stdout).text()).toBe('{\n');
    expect(await new Response(child.stderr).text()).toBe('');
  });
}

test('help takes commands of every level', async () => {
  const made = bench();
  const said = await made.run(['help', 'auth', 'add']);
  expect(said.code).toBe(0);
  expect(said.out).toStartWith('Usage: claude-code-proxy auth add ');
  expect((await made.run(['help'])).out).toStartWith('Usage: claude-code-proxy [command]');
});

test('help texts are wrapped once, by the width of the terminal', async () => {
  const { out } = await bench().run(['help', 'setup']);
  const sentences = out.split('\n\n')[2] ?? '';
  const lines = sentences.split('\n');
  const next = lines.slice(1).map((line) => line.split(' ', 1).join(''));
  // A line that ends early is one that was broken by hand: the next word would have fitted.
  for (const [at, line] of lines.slice(0, -1).entries())
    expect(`${line} ${next[at]}`.length).toBeGreaterThan(79);
});

const hasFullDevice = existsSync('/dev/full');
if (!hasFullDevice) console.warn('SKIPPED: standard output on a full disk: there is no /dev/full here');

test.skipIf(!hasFullDevice)(
  'what cannot be written, as into a full disk, is a failure with its reason',
  async () => {
    const { folder, env } = bench();
    const child = Bun.spawn([...words, 'config', 'show'], {
      cwd: folder,
      env,
      stdout: Bun.file('/dev/full'),
      stderr: 'pipe',
    });
    expect(await new Response(child.stderr).text()).toContain('standard output cannot be written: ENOSPC');
    expect(await child.exited).toBe(1);
  },
);
