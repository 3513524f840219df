// Looks at the binaries of a release without starting them: node scripts/release/run.mjs verify [--folder FOLDER]
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readBuilt } from '../built.ts';
import { faultsOf } from '../structure.ts';

const { values } = parseArgs({ options: { folder: { type: 'string', default: join('dist', 'release') } } });
const { stamp, binaries } = await readBuilt(values.folder);
if (binaries.length === 0) throw new Error(`There are no binaries in ${values.folder}.`);
for (const { target, path } of binaries) {
  const faults = faultsOf(target, readFileSync(path), { ...stamp, target: target.name });
  console.log(`${faults.length === 0 ? 'ok  ' : 'FAIL'}  ${target.name}`);
  for (const fault of faults) console.log(`      ${fault}`);
  if (faults.length > 0) process.exitCode = 1;
}
