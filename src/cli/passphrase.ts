import { Secret } from '../base/secret.ts';
import { askSecret, readSecret } from './ask.ts';
import type { Cli } from './cli.ts';
import { problem } from './problems.ts';

/** Whoever has an export can try passphrases for as long as they like. */
const least = 12;

export interface PassphraseOptions {
  readonly passphraseStdin?: boolean;
}

/** A passphrase for something new: asked for twice, or piped in. @throws Problem passphrase-… */
export async function newPassphrase(cli: Cli, options: PassphraseOptions): Promise<Secret> {
  const passphrase =
    (await pipedIn(options)) ?? (await asked(cli, `Passphrase, of at least ${least} characters`));
  if (passphrase.reveal().length < least) throw problem('passphrase-short', { least });
  if (options.passphraseStdin === true) return passphrase;
  const again = await asked(cli, 'The same passphrase again');
  if (again.reveal() !== passphrase.reveal()) throw problem('passphrase-differs');
  return passphrase;
}

/** The passphrase that something was sealed with. @throws Problem passphrase-missing */
export async function oldPassphrase(cli: Cli, options: PassphraseOptions): Promise<Secret> {
  return (await pipedIn(options)) ?? asked(cli, 'Passphrase');
}

/** Only the first line: what follows is not meant. */
async function pipedIn({ passphraseStdin }: PassphraseOptions): Promise<Secret | undefined> {
  if (passphraseStdin !== true || process.stdin.isTTY) return undefined;
  const all = await readSecret(process.stdin, { isTrimmed: false });
  return new Secret(all.reveal().split(/\r?\n/, 1)[0] ?? '');
}

function asked({ terminal }: Cli, question: string): Promise<Secret> {
  if (!terminal.canAsk) throw problem('passphrase-missing');
  return askSecret(question, { isTrimmed: false });
}
