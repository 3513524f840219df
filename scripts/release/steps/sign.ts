// Signs checksums.txt of a release, in the formats of minisign and of OpenSSH: sign.ts [FOLDER [FILE_WITH_PUBLIC_KEYS]]
// MINISIGN_SECRET_KEY is the content of minisign's secret key file, MINISIGN_PASSWORD its password where it has one.
// The workflow runs this with Node alone (>= 22.18, which reads TypeScript): what is imported here is ours or Node's, so
// that no package of others is near the key. Elsewhere: node scripts/release/run.mjs sign …
// What nobody could update is not signed: a feed (RELEASE_FEED_URL, else that of the binaries) and a trusted key are needed.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { product } from '../../../src/base/product.ts';
import { sign } from '../../../src/update/minisign.ts';
import { readSecretKey } from '../../../src/update/secret-key.ts';
import { meaningOf } from '../meaning.ts';
import { sshSignature } from '../packages/ssh-signature.ts';
import { trustedKeysFile, whyNeverUpdated } from '../updatable.ts';

const [folder = join('dist', 'release'), keys = trustedKeysFile] = process.argv.slice(2);
const { MINISIGN_SECRET_KEY: secret = '', MINISIGN_PASSWORD: password = '' } = process.env;

try {
  const feed = process.env['RELEASE_FEED_URL'] ?? product.feed;
  const reasons = whyNeverUpdated(feed, readFileSync(keys, 'utf8'));
  if (reasons.length > 0) throw new Error(reasons.join('\n'));
  if (secret === '')
    throw new Error('There is no key (MINISIGN_SECRET_KEY). docs/release.md tells how to make one.');
  const key = readSecretKey(secret, password);
  const checksums = readFileSync(join(folder, 'checksums.txt'));
  checkFiles(checksums.toString());
  const release: unknown = JSON.parse(readFileSync(join(folder, 'release.json'), 'utf8'));
  checkMeanings(release);
  const words = ['product', 'version', 'date'].map((name) => wordOf(release, name));
  writeFileSync(
    join(folder, 'checksums.txt.minisig'),
    sign(checksums, key, words.join(' '), `signature of ${words.slice(0, 2).join(' ')}`),
  );
  writeFileSync(join(folder, 'checksums.txt.sshsig'), sshSignature(checksums, key));
  console.log(`checksums.txt is signed: ${words.join(' ')}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

/** What is signed must be true: a file that changed on its way here is met now, not by everybody. */
function checkFiles(checksums: string): void {
  for (const line of checksums.split('\n').filter((one) => one !== '')) {
    const [sum = '', name = ''] = line.split('  ');
    const found = createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex');
    if (found !== sum) throw new Error(`${name} is not what checksums.txt says.`);
  }
}

/** `update` takes what release.json says is the binary of a system: nothing else may be called one. */
function checkMeanings(release: unknown): void {
  const assets: unknown = Object(release).assets;
  if (!Array.isArray(assets) || assets.length === 0) throw new Error('release.json names no files.');
  for (const asset of assets) {
    const { name, kind, target, of } = Object(asset);
    const meant = meaningOf(String(name));
    if (kind !== meant.kind || target !== meant.target || of !== meant.of)
      throw new Error(`${name} is not what release.json says it is.`);
  }
}

/** A word of release.json; it becomes a part of a line that is signed. */
function wordOf(release: unknown, name: string): string {
  const found: unknown = Object(release)[name];
  if (typeof found === 'string' && /^[\w.:+-]+$/.test(found)) return found;
  throw new Error(`release.json says no ${name}.`);
}
