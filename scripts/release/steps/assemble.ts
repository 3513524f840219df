// Writes down what a release consists of, once nothing in it changes any more: install scripts and manifests with the
// hashes of its files, notes, release.json, checksums.txt:
//   node scripts/release/run.mjs assemble [--folder FOLDER]
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readBuilt, released } from '../built.ts';
import { assetNames, writeChecksums } from '../checksums.ts';
import { factsOf } from '../facts-here.ts';
import { notesName, notesOf } from '../notes.ts';
import { makeManifests } from '../packages/make.ts';
import { writeRelease } from '../release-file.ts';
import { targets } from '../targets.ts';

const { values } = parseArgs({ options: { folder: { type: 'string', default: join('dist', 'release') } } });
const { folder } = values;
const { stamp, binaries } = await readBuilt(folder);
const facts = factsOf(stamp);
if (facts.latest === undefined)
  console.log('No install scripts and manifests: nobody has said where the release is (RELEASE_REPOSITORY).');
else {
  // Manifests for stores name files of every system.
  const which = binaries.length === targets.length ? 'all' : 'scripts';
  makeManifests({ facts, folder, work: join(folder, '..', 'manifests') }, which);
}
const notes = notesOf(readFileSync('CHANGELOG.md', 'utf8'), stamp.version) ?? '';
await Bun.write(join(folder, notesName), `${notes}\n`);
await writeRelease(folder, { ...released(stamp), notes, published: new Date() });
await writeChecksums(folder);
console.log(`${(await assetNames(folder)).length} files in ${folder}, of version ${stamp.version}`);
