import { describe, expect, test } from 'bun:test';
import { nativeFile } from '../help/a-built-file.ts';
import { aSystemPart } from '../help/a-system-part.ts';

/** Systems without Node have a shell: the workflow tries musl binaries there with this script. */

const { path } = nativeFile();
const shells = [
  ['dash', aSystemPart('dash', 'dash')],
  ['busybox sh', process.platform === 'linux' ? aSystemPart('busybox', 'busybox') : undefined],
] as const;

describe.skipIf(process.platform === 'win32')('scripts/release/try.sh', () => {
  for (const [name, shell] of shells) {
    test.skipIf(shell === undefined)(`tells the same short story in ${name}`, async () => {
      const words = [
        shell ?? '',
        ...(name.startsWith('busybox') ? ['sh'] : []),
        'scripts/release/try.sh',
        path,
      ];
      const tried = Bun.spawn(words, { stdout: 'pipe', stderr: 'pipe', timeout: 60_000 });
      const [out, err] = await Promise.all([
        new Response(tried.stdout).text(),
        new Response(tried.stderr).text(),
      ]);
      expect({ code: await tried.exited, err, out }).toMatchObject({ code: 0 });
      expect(out).toContain('\ntried: claude-code-proxy ');
    });
  }

  test('a program that is none fails', async () => {
    const tried = Bun.spawn(['sh', 'scripts/release/try.sh', '/bin/true'], {
      stdout: 'ignore',
      stderr: 'pipe',
    });
    expect(await new Response(tried.stderr).text()).toContain('FAILED: it does not say what it is');
    expect(await tried.exited).toBe(1);
  });
});
