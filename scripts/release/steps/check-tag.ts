// Fails when a tag that is to be released does not fit the sources: node scripts/release/run.mjs check-tag [TAG [FILE_WITH_PUBLIC_KEYS]]
// The tag comes from the workflow's environment where it is not given; without one there is nothing to check.
import { readFileSync } from 'node:fs';
import { product } from '../../../src/base/product.ts';
import { isInChangelog } from '../notes.ts';
import { stamp } from '../stamp.ts';
import { trustedKeysFile, whyNeverUpdated } from '../updatable.ts';

const { GITHUB_REF_TYPE: kind, GITHUB_REF_NAME: name } = process.env;
const [given, keys = trustedKeysFile] = process.argv.slice(2);
const tag = given ?? (kind === 'tag' ? name : undefined);
if (tag === undefined) console.log('There is no tag: nothing of this will be published.');
else {
  const faults = [];
  if (tag !== `v${product.version}`)
    faults.push(`The tag is ${tag}, and the sources are of version ${product.version}.`);
  if (!isInChangelog(readFileSync('CHANGELOG.md', 'utf8'), product.version))
    faults.push(`CHANGELOG.md has no part "## ${product.version}".`);
  if (stamp('').commit === 'unknown') faults.push('There are changes that are in no commit.');
  faults.push(...whyNeverUpdated(product.feed, readFileSync(keys, 'utf8')));
  for (const fault of faults) console.error(fault);
  process.exitCode = faults.length === 0 ? 0 : 1;
}
