// Writes down what a release consists of, once nothing in it changes any more: notes, release.json, checksums.txt:
//   node scripts/release/run.mjs assemble [--folder FOLDER]
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readBuilt } from '../built.ts';
import { assetNames, writeChecksums } from '../checksums.ts';
import { notesName, notesOf } from '../notes.ts';
import { writeRelease } from '../release-file.ts';

const { values } = parseArgs({ options: { folder: { type: 'string', default: join('dist', 'release') } } });
const { folder } = values;
const { stamp } = await readBuilt(folder);
const notes = notesOf(readFileSync('CHANGELOG.md', 'utf8'), stamp.version) ?? '';
await Bun.write(join(folder, notesName), `${notes}\n`);
await writeRelease(folder, { ...stamp, notes, published: new Date() });
await writeChecksums(folder);
console.log(`${(await assetNames(folder)).length} files in ${folder}, of version ${stamp.version}`);
