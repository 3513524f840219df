// Writes secrets into the vault in argv[2] until it has written argv[4] or is killed: NAME-0, NAME-1, …
// each with a value made of its id, over and over in ten ids. Prints each id once its secret is safe.
import { join } from 'node:path';
import { silentLog } from '../../src/base/log.ts';
import { Secret } from '../../src/base/secret.ts';
import { openVault } from '../../src/credentials/open.ts';

const [home = '', name = '', count = 'Infinity'] = process.argv.slice(2);
const vault = await openVault({
  paths: { home, credentials: join(home, 'credentials.json') },
  createKey: 'create',
  log: silentLog,
});
for (let number = 0; number < Number(count); number += 1) {
  const id = `${name}-${number % 10}`;
  await vault.set(id, new Secret(`${id} ${number} ${'s'.repeat(2_000)}`));
  process.stdout.write(`${id} ${number}\n`);
}
