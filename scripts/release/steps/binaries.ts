// Builds the binaries of a release: node scripts/release/run.mjs binaries [--targets NAMES] [--folder FOLDER]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { product } from '../../../src/base/product.ts';
import { buildBinary, type BuiltBinary } from '../binaries.ts';
import { writeBuilt } from '../built.ts';
import { recordOrders } from '../compile.ts';
import { stamp } from '../stamp.ts';
import { hostTarget, targetsNamed } from '../targets.ts';

const { values } = parseArgs({
  options: { targets: { type: 'string' }, folder: { type: 'string', default: join('dist', 'release') } },
});
const { folder } = values;
const scratch = mkdtempSync(join(tmpdir(), 'release-'));
try {
  rmSync(folder, { recursive: true, force: true });
  const host = hostTarget();
  const suffix = host.system === 'windows' ? '.exe' : '';
  const outfile = join(scratch, `${product.binary}${suffix}`);
  const orders = await recordOrders({ outfile, stamp: stamp(host.name) }, scratch);
  const binaries: BuiltBinary[] = [];
  for (const target of targetsNamed(values.targets)) {
    const began = performance.now();
    const built = await buildBinary({ target, stamp: stamp(target.name), orders, folder, scratch });
    binaries.push(built);
    const size = (Bun.file(built.path).size / 1e6).toFixed(1);
    console.log(
      `${target.name.padEnd(18)} ${size.padStart(6)} MB  ${Math.round(performance.now() - began)} ms`,
    );
  }
  await writeBuilt(folder, { stamp: stamp(host.name), binaries });
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
