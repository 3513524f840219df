// Compiles the single-file binary for this machine into dist/: node scripts/dev.mjs build
// Other targets, signing and packages belong to the release: scripts/release/.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { product } from '../src/base/product.ts';
import { compile, recordOrders } from './release/compile.ts';
import { stamp } from './release/stamp.ts';
import { hostTarget } from './release/targets.ts';

const suffix = process.platform === 'win32' ? '.exe' : '';
const outfile = `dist/${product.binary}${suffix}`;
const folder = mkdtempSync(join(tmpdir(), 'build-'));

try {
  const compilation = { outfile, stamp: stamp(hostTarget().name) };
  compile({ ...compilation, orders: await recordOrders(compilation, folder) });
  checkVersion(compilation.stamp.version);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function checkVersion(expected: string): void {
  const version = Bun.spawnSync([outfile, '--version'], { stdout: 'pipe', stderr: 'inherit' });
  const said = version.stdout.toString().trim();
  if (version.exitCode !== 0 || !said.includes(expected))
    throw new Error(`The binary does not start: it said ${JSON.stringify(said)}.`);
  console.log(`${outfile}: ${said}`);
}
