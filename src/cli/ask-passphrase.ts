import type { Secret } from '../base/secret.ts';
import { leastPassphraseLength } from '../credentials/sealed-key.ts';
import type { PassphraseSource } from '../credentials/passphrase-place.ts';
import type { Cli } from './cli.ts';

/** Asks for the passphrase that opens the vault; undefined where nobody is there to be asked. */
export function passphraseAsker({ terminal }: Pick<Cli, 'terminal'>): PassphraseSource | undefined {
  if (!terminal.canAsk) return undefined;
  return async (isRepeated) => {
    const { askSecret } = await import('./ask.ts');
    const again = isRepeated ? 'That did not open it. ' : '';
    return askSecret(`${again}Passphrase of the vault (not shown while you type)`, { isTrimmed: false });
  };
}

/** Asks for a new passphrase until it is long enough and was typed twice the same. @throws Problem cancelled */
export async function askNewPassphrase({ terminal }: Pick<Cli, 'terminal'>): Promise<Secret> {
  const { askSecret } = await import('./ask.ts');
  for (;;) {
    const first = await askSecret(`New passphrase, at least ${leastPassphraseLength} characters`, {
      isTrimmed: false,
    });
    if (Array.from(first.reveal()).length < leastPassphraseLength) {
      terminal.note(`That is shorter than ${leastPassphraseLength} characters.`);
      continue;
    }
    const second = await askSecret('The same again', { isTrimmed: false });
    if (second.reveal() === first.reveal()) return first;
    terminal.note('The two are not the same.');
  }
}
