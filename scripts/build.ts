// Compiles the single-file binary for this machine into dist/: node scripts/dev.mjs build
// Other targets, signing and packages belong to the release.
import { mkdirSync, rmSync } from 'node:fs';
import { product } from '../src/base/product.ts';
import { shippedList } from '../src/prices/price-list.ts';

const suffix = process.platform === 'win32' ? '.exe' : '';
const outfile = `dist/${product.binary}${suffix}`;

// A damaged price list is met here, not by somebody who starts the proxy.
shippedList();

mkdirSync('dist', { recursive: true });
rmSync(outfile, { force: true });

const built = Bun.spawnSync(
  [
    process.execPath,
    'build',
    '--compile',
    '--minify',
    '--bytecode',
    '--format=esm',
    // A binary must not run code or read variables from the folder it happens to be started in.
    '--no-compile-autoload-bunfig',
    '--no-compile-autoload-dotenv',
    // The worker is found by its path below the root (docs/decisions: the database's worker in a binary).
    '--root',
    'src',
    'src/cli/main.ts',
    'src/database/worker.ts',
    '--outfile',
    outfile,
  ],
  { stdout: 'inherit', stderr: 'inherit' },
);
if (built.exitCode !== 0) process.exit(built.exitCode);

const version = Bun.spawnSync([outfile, '--version'], { stdout: 'pipe', stderr: 'inherit' });
const said = version.stdout.toString().trim();
if (version.exitCode !== 0 || !said.includes(product.version)) {
  console.error(`The binary does not start: it said ${JSON.stringify(said)}.`);
  process.exit(1);
}
console.log(`${outfile}: ${said}`);
