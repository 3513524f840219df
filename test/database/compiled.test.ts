import { expect, test } from 'bun:test';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolders } from '../help/a-folder.ts';

const folder = temporaryFolders();
const repository = join(import.meta.dir, '..', '..');

async function run(command: string[], cwd: string): Promise<string> {
  const child = Bun.spawn(command, { cwd, stdin: 'ignore', stdout: 'pipe', stderr: 'pipe' });
  const [out, errors, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  if (code !== 0) throw new Error(`${command[0]} ended with ${code}: ${errors}${out}`);
  return out;
}

test('a standalone executable carries the worker inside, and takes no file of the working folder for it', async () => {
  const here = folder();
  const executable = join(here, process.platform === 'win32' ? 'program.exe' : 'program');
  const entries = [
    fileURLToPath(new URL('compiled-main.ts', import.meta.url)),
    join(repository, 'src/database/worker.ts'),
  ];
  const safely = ['--no-compile-autoload-bunfig', '--no-compile-autoload-dotenv'];
  await run(
    [
      process.execPath,
      'build',
      '--compile',
      '--splitting',
      '--root',
      join(repository, 'src'),
      ...safely,
      ...entries,
      '--outfile',
      executable,
    ],
    repository,
  );
  const bait = join(here, 'bait');
  mkdirSync(join(bait, 'database'), { recursive: true });
  for (const name of ['worker.ts', 'database/worker.ts', 'database/worker.js']) {
    writeFileSync(join(bait, name), 'console.log("taken"); process.exit(9);');
  }
  const printed = await run([executable, join(here, 'home', 'proxy.db')], bait);
  expect(JSON.parse(printed)).toEqual({ standalone: true, rows: [{ object: 'a' }] });
}, 60_000);
