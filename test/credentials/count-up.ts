// Adds one to the number stored as `count` in the vault in argv[2], argv[3] times.
import { join } from 'node:path';
import { silentLog } from '../../src/base/log.ts';
import { Secret } from '../../src/base/secret.ts';
import { openVault } from '../../src/credentials/open.ts';

const [home = '', times = '1'] = process.argv.slice(2);
const paths = { home, credentials: join(home, 'credentials.json') };
const vault = await openVault({ paths, createKey: 'create', log: silentLog });
for (let done = 0; done < Number(times); done += 1) {
  await vault.update('count', (current) => new Secret(String(Number(current?.reveal() ?? '0') + 1)));
}
