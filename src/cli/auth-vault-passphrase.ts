import type { Secret } from '../base/secret.ts';
import type { Given } from '../credentials/given.ts';
import { passphraseNeeded } from '../credentials/passphrase-place.ts';
import { askNewPassphrase } from './ask-passphrase.ts';
import { readSecret } from './ask.ts';
import type { Action, Cli } from './cli.ts';
import { problem } from './problems.ts';
import { withVault } from './reach-vault.ts';

/** `auth vault change-passphrase`. */
export const authVaultPassphrase: Action<{ passphraseStdin?: boolean }> = async (
  cli,
  { passphraseStdin = false },
) => {
  await withVault(cli, { mayAsk: true }, async ({ vault, given }) => {
    const { backend } = await vault.state();
    if (backend !== 'passphrase') throw problem('vault-no-passphrase');
    const current = await currentPassphrase(given);
    const next = passphraseStdin ? await readSecret(process.stdin, { isTrimmed: false }) : await orAsk(cli);
    await vault.changePassphrase(current, next);
  });
  if (cli.isJson) cli.terminal.json({ changed: true });
  else cli.terminal.print('the vault opens with the new passphrase now, and no longer with the old one');
  return 0;
};

/** @throws Problem vault-passphrase-needed, cancelled */
async function currentPassphrase({ passphrase }: Given): Promise<Secret> {
  const current = await passphrase?.(false);
  if (current === undefined) throw passphraseNeeded();
  return current;
}

function orAsk(cli: Cli): Promise<Secret> {
  if (!cli.terminal.canAsk)
    throw problem('value-missing', { what: 'The new passphrase (--passphrase-stdin)' });
  return askNewPassphrase(cli);
}
