import { describe, expect, test } from 'bun:test';
import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { completionScript } from '../../src/cli/completion.ts';
import { declare } from '../../src/cli/program.ts';
import { shells } from '../../src/cli/shells.ts';
import { benches } from '../help/a-command.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { aSystemPart } from '../help/a-system-part.ts';

const bench = benches();
const folders = temporaryFolders();
const program = declare(() => Promise.resolve(), { write: () => {} });
const isUnix = process.platform !== 'win32';
const zsh = isUnix ? aSystemPart('zsh', 'zsh') : undefined;
const fish = isUnix ? aSystemPart('fish', 'fish') : undefined;

/** Runs lines of a shell after its completions were read. */
function inShell(shell: 'bash' | 'zsh' | 'fish', lines: string): string {
  const folder = folders();
  const script = join(folder, 'completions');
  writeFileSync(script, completionScript(shell, program));
  const prepared = {
    bash: `. ${script}`,
    zsh: `autoload -Uz compinit && compinit -u -d ${folder}/dump && . ${script}`,
    fish: `source ${script}`,
  }[shell];
  const options = { bash: ['--norc'], zsh: ['-f'], fish: ['--no-config'] }[shell];
  const done = Bun.spawnSync([shell, ...options, '-c', `${prepared}\n${lines}`], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', HOME: folder, TERM: 'dumb' },
  });
  expect(done.stderr.toString()).toBe('');
  return done.stdout.toString();
}

/** What bash would offer for the last of `words`. */
function offeredInBash(...words: string[]): string[] {
  const typed = ['claude-code-proxy', ...words];
  const lines = [
    `COMP_WORDS=(${typed.map((word) => `'${word}'`).join(' ')})`,
    `COMP_CWORD=${typed.length - 1}`,
    '_claude_code_proxy',
    'printf "%s\\n" "${COMPREPLY[@]}"',
  ];
  return inShell('bash', lines.join('\n')).trim().split('\n');
}

test('there is a script for each shell, and each is one that its shell prints', async () => {
  for (const shell of shells) {
    const { out, code } = await bench().run(['completion', shell]);
    expect(code).toBe(0);
    expect(out).toBe(completionScript(shell, program));
  }
});

test('another shell is wrong usage, and the right ones are told', async () => {
  const { err, code } = await bench().run(['completion', 'tcsh']);
  expect(err).toContain('bash, zsh, fish, powershell');
  expect(code).toBe(2);
});

test.each([...shells])('%s is offered every command and every option that help shows', (shell) => {
  const script = completionScript(shell, program);
  for (const word of ['auth', 'rotate', 'simulate', '--secret-stdin', '--requests-per-minute'])
    expect(script).toContain(shell === 'fish' ? word.replace(/^--/, '') : word);
});

describe.skipIf(!isUnix)('bash', () => {
  test('offers commands, those of a group, and the options of a command', () => {
    expect(offeredInBash('st')).toEqual(['status', 'stop']);
    expect(offeredInBash('auth', 'ro')).toEqual(['rotate']);
    expect(offeredInBash('auth', 'add', 'work', '--ki')).toEqual(['--kind']);
    expect(offeredInBash('completion', '')).toEqual(expect.arrayContaining([...shells]));
    // --home is there and not shown.
    expect(offeredInBash('serve', '--ho')).toEqual(['--host']);
  });

  test('offers the values there are behind an option, and files behind others', () => {
    expect(offeredInBash('simulate', '--pace', '')).toEqual(['fast', 'real']);
    expect(offeredInBash('simulate', '--port', '')).toEqual(['']);
  });

  test('leaves what comes behind -- to the program it is for', () => {
    expect(offeredInBash('run', '--', 'st')).toEqual(['']);
  });
});

test.skipIf(zsh === undefined)('zsh reads its script and knows whom it is for', () => {
  expect(inShell('zsh', 'print -r -- $_comps[claude-code-proxy]')).toBe('_claude_code_proxy\n');
});

test.skipIf(fish === undefined)(
  'fish offers commands and the options of a command, with what they mean',
  () => {
    expect(inShell('fish', 'complete --do-complete "claude-code-proxy sto"')).toBe(
      'stop\tstop the running proxy, in the background or not\n',
    );
    expect(inShell('fish', 'complete --do-complete "claude-code-proxy simulate --pace f"')).toBe(
      'fast\thow its answers flow\n',
    );
    expect(inShell('fish', 'complete --do-complete "claude-code-proxy auth ro"')).toStartWith('rotate\t');
  },
);
