import { option, type Declarer } from './declare.ts';

/** Accounts on their way to and from other machines. */
export function declareTravel(auth: Declarer): void {
  auth.add(
    {
      usage: 'export [names...]',
      summary: 'write accounts with their secrets, sealed with a passphrase',
      more: 'All accounts where none is named, but those of mounted files. Tokens that renew themselves should be used in one place only.',
      options: [
        option('-o, --output <file>', 'write into this file, which only this user may read'),
        option('--force', 'replace that file'),
        option('--passphrase-stdin', 'read the passphrase from the first line of standard input'),
        option('--plain', 'do not seal; only into a file, and only after a yes at the terminal'),
      ],
      json: true,
      examples: [
        ['auth export --output accounts.sealed', 'asks for a passphrase'],
        ['auth export work --passphrase-stdin < passphrase.txt > work.sealed', 'for a script'],
      ],
    },
    async () => (await import('./auth-export.ts')).authExport,
  );
  auth.add(
    {
      usage: 'import <path>',
      summary: 'take accounts from an export, a file or folder of accounts, or the original accounts.json',
      more: 'Accounts that are here already stay as they are. Of the original, names are taken and sign-ins left out.',
      options: [
        option('--replace', 'put the other account in the place of one of the same name'),
        option('--passphrase-stdin', 'read the passphrase from the first line of standard input'),
        option('--accept-terms', 'accept what is said about tokens of consumer sign-ins'),
      ],
      json: true,
      examples: [
        ['auth import accounts.sealed', 'asks for the passphrase'],
        ['auth import /run/accounts', 'every file of a folder, as containers mount it'],
        ['auth import ~/.claude/accounts.json', 'names of the original'],
      ],
    },
    async () => (await import('./auth-import.ts')).authImport,
  );
}
