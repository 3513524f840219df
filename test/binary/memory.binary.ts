import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { nativeFile } from '../help/a-built-file.ts';
import { benches } from '../help/a-command.ts';

/** What the built file takes while nobody calls: docs/decisions/0516-what-an-idle-proxy-still-loads.md. */

const bench = benches();
const { words } = nativeFile();
const canSee = process.platform === 'linux';
if (!canSee) console.warn('SKIPPED: the parts of the memory of a process are read on Linux only');

/** Of that process (MiB): its own memory, and pages of files, which it shares with whoever runs the same file. */
function memoryOf(pid: number): { own: number; files: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const read = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]);
  return { own: read('RssAnon') / 1024, files: read('RssFile') / 1024 };
}

test.skipIf(!canSee)('an idle proxy keeps little for itself, once its start is behind it', async () => {
  const here = bench(words);
  const proxy = await here.start(['serve', '--port', '0', '--no-open']);
  const giveUp = performance.now() + 20_000;
  let { own } = memoryOf(proxy.pid);
  // Measured: 13 MiB, and 18 where nothing is let go of.
  while (own > 15 && performance.now() < giveUp) {
    await Bun.sleep(100);
    ({ own } = memoryOf(proxy.pid));
  }
  const { files } = memoryOf(proxy.pid);
  await proxy.stop();
  expect(own).toBeLessThan(15);
  // Measured: 41; of a program that only listens, and has a worker with a database, 36.
  expect(files).toBeLessThan(46);
});
