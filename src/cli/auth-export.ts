import { randomBytes } from 'node:crypto';
import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { writePrivateFile } from '../base/files.ts';
import { Secret } from '../base/secret.ts';
import { openWithPassphrase } from '../credentials/passphrase-seal.ts';
import { askYes } from './ask.ts';
import type { Action, Cli } from './cli.ts';
import { newPassphrase, type PassphraseOptions } from './passphrase.ts';
import { problem } from './problems.ts';
import { withManagement } from './reach.ts';
import { plain } from './terminal.ts';

interface ExportOptions extends PassphraseOptions {
  readonly output?: string;
  readonly plain?: boolean;
  readonly force?: boolean;
}

/** `auth export [NAMES…]`: accounts with their secrets, sealed with a passphrase. */
export const authExport: Action<ExportOptions> = async (cli, options, names) => {
  const path = options.output === undefined ? undefined : resolve(options.output);
  if (options.plain === true) await settlePlain(cli, path);
  if (path !== undefined && options.force !== true && (await isThere(path)))
    throw problem('export-exists', { file: path });
  // In plain it is sealed as well, on its way here: no answer of the proxy holds the secret of an account.
  const passphrase =
    options.plain === true
      ? new Secret(randomBytes(32).toString('base64url'))
      : await newPassphrase(cli, options);
  const exported = await withManagement(cli, ({ management }) =>
    management.exportAccounts(names, passphrase),
  );
  const content = options.plain === true ? await opened(exported.sealed, passphrase) : `${exported.sealed}\n`;
  if (path !== undefined) await writePrivateFile(path, content);
  tell(cli, exported, path);
  return 0;
};

function tell(
  cli: Cli,
  exported: { sealed: string; names: readonly string[] },
  path: string | undefined,
): void {
  const { names, sealed } = exported;
  const count = `${names.length} ${names.length === 1 ? 'account' : 'accounts'}`;
  if (cli.isJson)
    cli.terminal.json({ accounts: names, file: path ?? null, ...(path === undefined && { sealed }) });
  else if (path === undefined) {
    cli.terminal.print(sealed);
    cli.terminal.note(`${count}: ${plain(names.join(', '))}`);
  } else cli.terminal.print(`${count} in ${path}: ${plain(names.join(', '))}`);
}

/** @throws Problem plain-export-nowhere, plain-export-refused */
async function settlePlain({ terminal }: Cli, path: string | undefined): Promise<void> {
  if (path === undefined) throw problem('plain-export-nowhere');
  if (!terminal.canAsk) throw problem('plain-export-refused');
  terminal.note('Keys and tokens will stand readable in that file. Only this user may read it, but whoever');
  terminal.note('has a copy of it has your accounts. Without --plain it is sealed with a passphrase.');
  if (!(await askYes(`Write the secrets in plain into ${path}?`))) throw problem('plain-export-refused');
}

async function opened(sealed: string, passphrase: Secret): Promise<string> {
  const text = await openWithPassphrase(sealed, passphrase);
  if (text === undefined) throw new TypeError('what was just sealed does not open');
  return text.reveal();
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
