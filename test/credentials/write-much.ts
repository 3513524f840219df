// Writes secrets of 4,000 letters into the vault in argv[2] until that fails. Prints the id of each that is
// safe, then the code and words of the Problem.
import { join } from 'node:path';
import { Problem } from '../../src/base/problem.ts';
import { silentLog } from '../../src/base/log.ts';
import { Secret } from '../../src/base/secret.ts';
import { openVault } from '../../src/credentials/open.ts';

const [home = ''] = process.argv.slice(2);
const paths = { home, credentials: join(home, 'credentials.json') };
const vault = await openVault({ paths, createKey: 'create', log: silentLog });
try {
  for (let number = 100; number < 999; number += 1) {
    await vault.set(`id-${number}`, new Secret('x'.repeat(4_000)));
    process.stdout.write(`id-${number}\n`);
  }
} catch (error) {
  if (!(error instanceof Problem)) throw error;
  process.stdout.write(`${error.code}: ${error.message}\n`);
}
