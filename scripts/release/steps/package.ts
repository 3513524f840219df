// Makes of the binaries in a folder what is downloaded besides them: archives, packages, bill of materials, notices:
//   node scripts/release/run.mjs package [--folder FOLDER] [--strongest] [--packages deb,rpm,msi,npm,mac|none] [--before SIZES_MD]
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { product } from '../../../src/base/product.ts';
import { allCompressed } from '../archives.ts';
import { readBuilt } from '../built.ts';
import { factsOf } from '../facts-here.ts';
import { notices, noticesName } from '../notices.ts';
import { kinds, makePackages } from '../packages/make.ts';
import { sbom, sbomSuffix } from '../sbom.ts';
import { sizeOf, sizeReport, sizesIn, sizesName, tooLarge } from '../sizes.ts';

const { values } = parseArgs({
  options: {
    folder: { type: 'string', default: join('dist', 'release') },
    strongest: { type: 'boolean', default: process.env['RELEASE_COMPRESSION'] === 'strongest' },
    packages: { type: 'string', default: kinds.join(',') },
    before: { type: 'string' },
  },
});
const { folder } = values;
const { stamp, binaries } = await readBuilt(folder);
const effort = values.strongest ? 'strongest' : 'fast';

await allCompressed(
  binaries.map(({ path }) => path),
  effort,
);
const wanted = kinds.filter((kind) => values.packages.split(',').includes(kind));
const facts = factsOf(stamp);
for (const path of makePackages({ facts, folder, work: join(folder, '..', 'packages'), effort }, wanted))
  console.log(path);
const parts = JSON.stringify(sbom({ ...stamp, target: '' }), undefined, 2);
await Bun.write(join(folder, `${product.binary}${sbomSuffix}`), `${parts}\n`);
await Bun.write(join(folder, noticesName), notices());
copyFileSync('LICENSE', join(folder, 'LICENSE'));

const sizes = binaries.map((binary) => sizeOf(binary));
// Before the first release there is none.
const then = values.before ?? '';
const before = existsSync(then) ? sizesIn(readFileSync(then, 'utf8')) : [];
const report = sizeReport(sizes, stamp.version, before);
await Bun.write(join(folder, sizesName), report);
console.log(report);
for (const complaint of tooLarge(sizes)) {
  console.error(complaint);
  process.exitCode = 1;
}
