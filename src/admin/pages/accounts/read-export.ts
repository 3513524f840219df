import { type PortableAccount, readExport } from '../../../accounts/portable.ts';
import { ownCommand } from '../../../base/own-command.ts';
import { Problem } from '../../../base/problem.ts';
import type { Secret } from '../../../base/secret.ts';
import { openWithPassphrase } from '../../../credentials/passphrase-seal.ts';

/** A compact JWE: five parts in base64url, of which the first is the head. */
const sealedPattern = /^\s*ey[\w-]+\.[\w-]*\.[\w-]+\.[\w-]+\.[\w-]+\s*$/;

/**
 * The accounts of a file that was sent: an export, sealed or plain.
 *
 * @throws Problem passphrase-missing, passphrase-wrong, import-unknown, export-newer, account-invalid
 */
export async function readSentExport(
  text: string,
  passphrase: Secret | undefined,
): Promise<PortableAccount[]> {
  const accounts = readExport(parsed(sealedPattern.test(text) ? await unsealed(text, passphrase) : text));
  if (accounts !== undefined) return accounts;
  const fix = `Other files are read by \`${ownCommand('auth import PATH')}\`.`;
  throw new Problem('import-unknown', 'The file is no export of accounts.', fix);
}

async function unsealed(text: string, passphrase: Secret | undefined): Promise<string> {
  if (passphrase === undefined)
    throw new Problem('passphrase-needed', 'The file is sealed.', 'Give the passphrase it was sealed with.');
  const opened = await openWithPassphrase(text, passphrase);
  if (opened !== undefined) return opened.reveal();
  throw new Problem('passphrase-wrong', 'The passphrase does not open the file.', 'Try again.');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
