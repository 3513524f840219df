// Gives the vault in argv[2] another key, kept where argv[3] says, and kills itself right after it has
// renamed or removed a file for the argv[4]th time. Prints "done" when it got to the end.
import { join } from 'node:path';
import type * as promises from 'node:fs/promises';

const [home = '', to = '', at = ''] = process.argv.slice(2);
let count = 0;

/** `change`, but the process dies at its turn. */
function deadly<Args extends unknown[], T>(change: (...args: Args) => Promise<T>) {
  return async (...args: Args): Promise<T> => {
    count += 1;
    const isTurn = count === Number(at);
    const result = await change(...args);
    if (isTurn) process.kill(process.pid, 'SIGKILL');
    return result;
  };
}

// Whoever imports it from here on gets these.
const files: { -readonly [Name in keyof typeof promises]: (typeof promises)[Name] } =
  process.getBuiltinModule('node:fs/promises');
files.rename = deadly(files.rename);
files.rm = deadly(files.rm);

const { vaultBackends } = await import('../../src/config/settings-vault.ts');
const { Secret } = await import('../../src/base/secret.ts');
const { givenForTests, passphrase } = await import('./a-given.ts');
const { openVault } = await import('../../src/credentials/open.ts');
const { silentLog } = await import('../../src/base/log.ts');
const { fileKeychain } = await import('./a-keychain.ts');

const vault = await openVault({
  paths: { home, credentials: join(home, 'credentials.json') },
  given: givenForTests,
  keychain: fileKeychain(join(home, '..', 'keychain.json')),
  createKey: 'create',
  log: silentLog,
});
const backend = vaultBackends.find((one) => one === to);
if (backend === undefined) throw new Error(`no place ${to}`);
await vault.rekey({ backend, key: new Secret('ab'.repeat(32)), passphrase });
process.stdout.write('done');
