// Writes down what a release consists of, once nothing in it changes any more: manifests with the hashes of its files,
// notes, release.json, checksums.txt:
//   node scripts/release/run.mjs assemble [--folder FOLDER]
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readBuilt, released } from '../built.ts';
import { assetNames, writeChecksums } from '../checksums.ts';
import { factsOf } from '../facts-here.ts';
import { notesName, notesOf } from '../notes.ts';
import { makeManifests } from '../packages/make.ts';
import { fromTemplate } from '../packages/template.ts';
import { releaseValues } from '../packages/values.ts';
import { writeRelease } from '../release-file.ts';
import { targets } from '../targets.ts';

const { values } = parseArgs({ options: { folder: { type: 'string', default: join('dist', 'release') } } });
const { folder } = values;
const { stamp, binaries } = await readBuilt(folder);
const facts = factsOf(stamp);
if (binaries.length === targets.length)
  makeManifests({ facts, folder, work: join(folder, '..', 'manifests') });
else {
  console.log('Not all binaries are there: manifests for stores would name files that are not.');
  for (const name of ['install.sh', 'install.ps1'])
    writeFileSync(join(folder, name), fromTemplate(`install/${name}`, releaseValues(facts, folder)));
}
const notes = notesOf(readFileSync('CHANGELOG.md', 'utf8'), stamp.version) ?? '';
await Bun.write(join(folder, notesName), `${notes}\n`);
await writeRelease(folder, { ...released(stamp), notes, published: new Date() });
await writeChecksums(folder);
console.log(`${(await assetNames(folder)).length} files in ${folder}, of version ${stamp.version}`);
