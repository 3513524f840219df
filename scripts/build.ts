// Compiles the single-file binary for this machine into dist/: node scripts/dev.mjs build
// Other targets, signing and packages belong to the release.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { product } from '../src/base/product.ts';
import { shippedList } from '../src/prices/price-list.ts';
import { recordStarts } from './record-start.ts';

const suffix = process.platform === 'win32' ? '.exe' : '';
const outfile = `dist/${product.binary}${suffix}`;
const folder = mkdtempSync(join(tmpdir(), 'build-'));

try {
  // A damaged price list is met here, not by somebody who starts the proxy.
  shippedList();
  mkdirSync('dist', { recursive: true });
  compile();
  // Once more, with what an idle proxy uses lying together: docs/decisions/0091-what-an-idle-proxy-loads.md.
  const orders = await recordStarts(outfile, folder);
  compile(`--bytecode-order=${orders.join(',')}`);
  checkVersion();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function compile(...more: readonly string[]): void {
  rmSync(outfile, { force: true });
  const built = Bun.spawnSync(
    [
      process.execPath,
      'build',
      '--compile',
      '--minify',
      '--bytecode',
      '--format=esm',
      // What is imported when it is needed is a part of its own, and not read before.
      '--splitting',
      // Code that runs once, at the start, is interpreted; `cli/start-over.ts` ends that.
      '--compile-jit-policy=1000',
      // A binary must not run code or read variables from the folder it happens to be started in.
      '--no-compile-autoload-bunfig',
      '--no-compile-autoload-dotenv',
      // The worker is found by its path below the root (docs/decisions: the database's worker in a binary).
      '--root',
      'src',
      ...more,
      'src/cli/main.ts',
      'src/database/worker.ts',
      '--outfile',
      outfile,
    ],
    { stdout: 'inherit', stderr: 'inherit' },
  );
  if (built.exitCode !== 0) throw new Error('The binary could not be compiled.');
}

function checkVersion(): void {
  const version = Bun.spawnSync([outfile, '--version'], { stdout: 'pipe', stderr: 'inherit' });
  const said = version.stdout.toString().trim();
  if (version.exitCode !== 0 || !said.includes(product.version))
    throw new Error(`The binary does not start: it said ${JSON.stringify(said)}.`);
  console.log(`${outfile}: ${said}`);
}
