// Stores two secrets in the vault in argv[2], then prints the modes of everything there.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { silentLog } from '../../src/base/log.ts';
import { Secret } from '../../src/base/secret.ts';
import { openVault } from '../../src/credentials/open.ts';

const [home = ''] = process.argv.slice(2);
const paths = { home, credentials: join(home, 'credentials.json') };
const vault = await openVault({ paths, createKey: 'create', log: silentLog });
await vault.set('one', new Secret('first'));
await vault.set('two', new Secret('second'));
const names = ['.', ...readdirSync(home)];
const modes = names.map((name) => [name, (statSync(join(home, name)).mode & 0o777).toString(8)]);
console.log(JSON.stringify(Object.fromEntries(modes)));
