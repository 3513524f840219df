import type { VaultView } from '../admin/contract.ts';
import type { Action, Cli } from './cli.ts';
import { exitCodeOf } from './problems.ts';
import { withVault } from './reach-vault.ts';

/** `auth vault status`: looks, asks nobody for a passphrase, changes nothing. */
export const authVaultStatus: Action<object> = async (cli) => {
  const view = await withVault(cli, { mayAsk: false }, ({ vault }) => vault.state());
  if (cli.isJson) cli.terminal.json(view);
  else show(cli, view);
  return view.problem === null ? 0 : exitCodeOf(view.problem.code);
};

function show({ terminal }: Cli, { path, secrets, problem, backupAt, spareKeys, ...key }: VaultView): void {
  const line = (name: string, text: string): void => {
    terminal.print(`${name.padEnd(8)}${text}`);
  };
  line('file', secrets === null ? path : `${path}: ${secretCount(secrets)}`);
  // A file that cannot be read does not say which key it has.
  if (secrets !== null || key.backend !== null) line('key', keyWords(key));
  line('backup', backupAt === null ? 'none' : `${path}.bak, written ${backupAt}`);
  if (spareKeys > 0)
    line('', `an interrupted change left ${spareKeys} old key behind; the next start removes it`);
  if (problem === null) {
    line('state', secrets === 0 ? 'empty' : terminal.styled('green', 'opens'));
    return;
  }
  line('state', `${terminal.styled('red', 'does not open')} [${problem.code}]: ${problem.title}`);
  line('', `${terminal.styled('cyan', 'fix')}: ${problem.fix}`);
}

export function secretCount(amount: number): string {
  return `${amount} secret${amount === 1 ? '' : 's'}`;
}

function keyWords({ backend, detail, keyId }: Pick<VaultView, 'backend' | 'detail' | 'keyId'>): string {
  if (backend === null) return 'none yet: the first secret makes one';
  return `${keyId === null ? 'none yet: it will be' : `${keyId},`} in ${detail} (${backend})`;
}
