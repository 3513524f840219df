import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const repository = join(import.meta.dir, '..', '..');

export const compiledCommit = 'c'.repeat(40);

/** The whole program as one file, in `folder`, that says it is `version`: made as a release is, but quickly. */
export function aCompiledProgram(folder: string, version: string, target: string): string {
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, 'claude-code-proxy');
  const build = { version, commit: compiledCommit, date: '2026-11-26T00:00:00Z', target };
  const flags = ['--compile', '--format=esm', '--splitting'];
  const safely = ['bunfig', 'dotenv', 'tsconfig', 'package-json'].map(
    (what) => `--no-compile-autoload-${what}`,
  );
  const entries = ['src/cli/main.ts', 'src/database/worker.ts', 'src/service/windows-dispatcher.ts'];
  const define = ['--define', `BUILD=${JSON.stringify(build)}`];
  const built = Bun.spawnSync(
    [
      process.execPath,
      'build',
      ...flags,
      ...safely,
      ...define,
      '--root',
      'src',
      ...entries,
      '--outfile',
      outfile,
    ],
    { cwd: repository, stdout: 'ignore', stderr: 'pipe' },
  );
  if (built.exitCode !== 0) throw new Error(`it could not be compiled: ${built.stderr.toString()}`);
  return outfile;
}

/** The bytes of such a program. */
export function compiledBytes(folder: string, version: string, target: string): Buffer {
  return readFileSync(aCompiledProgram(folder, version, target));
}
