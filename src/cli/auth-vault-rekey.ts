import type { RekeyView } from '../admin/contract.ts';
import { Problem } from '../base/problem.ts';
import { keyVariable, passphraseVariable } from '../config/environment.ts';
import { vaultBackends } from '../config/settings-vault.ts';
import type { RekeyTarget, VaultBackend } from '../credentials/vault.ts';
import { askNewPassphrase } from './ask-passphrase.ts';
import { readSecret } from './ask.ts';
import type { Action, Cli } from './cli.ts';
import { problem } from './problems.ts';
import { type ReachedVault, withVault } from './reach-vault.ts';

interface RekeyOptions {
  readonly to?: VaultBackend;
  readonly passphraseStdin?: boolean;
}

/** `auth vault rekey`. */
export const authVaultRekey: Action<RekeyOptions> = async (cli, options) => {
  const view = await withVault(
    cli,
    {
      mayAsk: true,
      openedWith: (given) => ({
        ...given,
        // The variable holds the new key then.
        key: options.to === 'environment' ? undefined : given.key,
        // They say where the key is to be, not where it is.
        settings: { ...given.settings, backend: 'auto' },
      }),
    },
    async (reached) => reached.vault.rekey(await targetOf(cli, options, reached)),
  );
  if (cli.isJson) cli.terminal.json(view);
  else tell(cli, view);
  return 0;
};

/** @throws Problem value-missing, vault-backend-differs, cancelled */
async function targetOf(cli: Cli, options: RekeyOptions, reached: ReachedVault): Promise<RekeyTarget> {
  const { vault, settings, given } = reached;
  const backend = options.to ?? (await placeNow(vault));
  if (settings.backend !== 'auto' && settings.backend !== backend)
    throw notAllowed(settings.backend, backend);
  if (backend === 'environment') return { backend, key: given.key };
  return backend === 'passphrase'
    ? { backend, passphrase: await newPassphrase(cli, options, reached) }
    : { backend };
}

async function placeNow(vault: ReachedVault['vault']): Promise<VaultBackend> {
  const { backend } = await vault.state();
  const known = vaultBackends.find((one) => one === backend);
  if (known === undefined) throw problem('value-missing', { what: '--to' });
  return known;
}

/** Undefined where nobody gives one here: a running proxy may have been given it. */
async function newPassphrase(
  cli: Cli,
  { passphraseStdin = false }: RekeyOptions,
  { given }: ReachedVault,
): Promise<RekeyTarget['passphrase']> {
  if (passphraseStdin) return readSecret(process.stdin, { isTrimmed: false });
  if ((await given.hasPassphrase?.()) === true) return given.passphrase?.(false);
  return cli.terminal.canAsk ? askNewPassphrase(cli) : undefined;
}

const advice: Partial<Readonly<Record<string, string>>> = {
  environment: `From now on the proxy starts only with ${keyVariable} set to that key. Keep a copy: without it the secrets are lost.`,
  passphrase: `Without the passphrase the secrets are lost. Where nobody can type it, give it as ${passphraseVariable} or in vault.passphrase_file.`,
  'key-file': 'Keep a copy of that file apart from the backups of the vault.',
};

function tell({ terminal }: Cli, { to, detail, keyId, oldKeyIn }: RekeyView): void {
  terminal.print(`every secret is encrypted with the key ${keyId} now; it is in ${detail} (${to})`);
  if (oldKeyIn !== null) terminal.note(`The old key is still in ${oldKeyIn}: nobody but you can remove it.`);
  if (advice[to] !== undefined) terminal.note(advice[to]);
}

function notAllowed(allowed: string, backend: string): Problem {
  return new Problem(
    'vault-backend-differs',
    `The setting vault.backend allows only "${allowed}".`,
    `Set it to "${backend}" or "auto" first, so that the vault opens at the next start.`,
  );
}
