import { expect, test } from 'bun:test';
import { openSync, closeSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolders } from '../help/a-folder.ts';

const folder = temporaryFolders();
const outputs = join(import.meta.dir, '..', '..', 'src', 'cli', 'outputs.ts');

/** Runs `code` with both outputs at hand; neither is a terminal. */
function run(code: string, stdout: number | 'pipe' = 'pipe', stderr: number | 'pipe' = 'pipe') {
  const program = `
    import { standardError, standardOutput } from ${JSON.stringify(outputs)};
    const out = standardOutput(), err = standardError();
    ${code}
  `;
  const ended = Bun.spawnSync([process.execPath, '-e', program], { stdin: 'ignore', stdout, stderr });
  return { code: ended.exitCode, out: String(ended.stdout ?? ''), err: String(ended.stderr ?? '') };
}

test('what is written comes in order, also as the program ends', () => {
  const last = "process.on('exit', () => err.write('x'.repeat(50_000) + '\\n'));";
  const { code, out, err } = run(
    `${last} out.write('one\\n'); out.write(new TextEncoder().encode('two\\n')); err.write('three\\n'); process.exit(3);`,
  );
  expect([code, out]).toEqual([3, 'one\ntwo\n']);
  expect(err).toBe(`three\n${'x'.repeat(50_000)}\n`);
});

test('neither is a terminal, and neither is opened as one, when it is a file or a pipe', () => {
  const path = join(folder(), 'out');
  const file = openSync(path, 'w');
  const { code, err } = run(`out.write(String(out.isTTY)); err.write(String(err.isTTY));`, file);
  closeSync(file);
  expect([code, readFileSync(path, 'utf8'), err]).toEqual([0, 'undefined', 'undefined']);
});

if (process.platform === 'linux') {
  test('a full disk behind standard output is told and a failure; behind standard error it is nothing', () => {
    const full = openSync('/dev/full', 'w');
    const told = run(`out.write('lost'); await Bun.sleep(10_000);`, full);
    const kept = run(`err.write('lost'); await Bun.sleep(200); out.write('goes on');`, 'pipe', full);
    closeSync(full);
    expect([told.code, told.err]).toEqual([1, expect.stringContaining('cannot be written: ENOSPC')]);
    expect([kept.code, kept.out]).toEqual([0, 'goes on']);
  });
}

if (process.platform !== 'win32') {
  test('a reader that went away from standard output ends it well; from standard error it changes nothing', async () => {
    // How it ended is told on 4; standard output of the second one goes past the pipe, on 3.
    const scripts: readonly (readonly [script: string, said: string])[] = [
      ['exec 4>&2; { "$@"; echo "code $?" >&4; } | true', ''],
      ['exec 3>&1 4>&2; { "$@" 2>&1 >&3; echo "code $?" >&4; } | true', 'goes on'],
    ];
    const code = `
      import { standardError, standardOutput } from ${JSON.stringify(outputs)};
      const out = standardOutput(), err = standardError();
      await Bun.sleep(300);
      for (const each of ['lost', 'lost too']) { err.write(each); await Bun.sleep(50); }
      out.write('goes on');
    `;
    for (const [script, said] of scripts) {
      const child = Bun.spawn(['/bin/sh', '-c', script, 'sh', process.execPath, '-e', code], {
        stdin: 'ignore',
        stdout: 'pipe',
        stderr: 'pipe',
      });
      const told = [new Response(child.stdout).text(), new Response(child.stderr).text()];
      expect(await Promise.all(told)).toEqual([said, expect.stringContaining('code 0')]);
    }
  });
}
