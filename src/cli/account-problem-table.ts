/** The problems of accounts; part of the table in `problem-table.ts`. */
export const accountProblems = {
  'secret-in-arguments': {
    exit: 'refused',
    title: 'Secrets are not taken from the command line: the shell keeps it, and others can read it.',
    fix: `Leave it out and type it when asked, or pipe it in with --secret-stdin. If it was a real one, replace it.`,
  },
  'secret-missing': {
    exit: 'usage',
    title: 'No secret was given.',
    fix: 'Run the command at a terminal and type it, or pipe it in: `… --secret-stdin < file`.',
  },
  'secret-invalid': {
    exit: 'usage',
    title: 'This cannot be a secret.',
    fix: 'Copy it again: the whole of it, and nothing else.',
  },
  'secret-lines': {
    exit: 'usage',
    title: 'Two secrets were announced, and standard input does not hold two lines.',
    fix: 'Put the secret on the first line and user:password of the proxy on the second.',
  },
  'secret-unwanted': {
    exit: 'usage',
    title: 'Accounts of this kind are given no secret.',
    fix: 'Leave the secret out, or choose the kind api-key or token.',
  },
  'secret-is-refresh-token': {
    exit: 'refused',
    title: 'This is a refresh token (sk-ant-ort…). It cannot be used as it is, and must not be pooled.',
    fix: 'Use an API key (--kind api-key), or let clients bring their own sign-in (--kind passthrough).',
  },
  'proxy-login-invalid': {
    exit: 'usage',
    title: 'This cannot be what the outbound proxy wants.',
    fix: 'Give it as user:password.',
  },
  'proxy-login-missing': {
    exit: 'settings',
    title: 'What the outbound proxy of the account wants is not in the vault.',
    fix: 'Give it again: `{self} auth set NAME --proxy-login-stdin`.',
  },
  'certificates-unreadable': {
    exit: 'unknown',
    title: '{path} cannot be read: {reason}.',
    fix: 'Give a file of PEM certificates.',
  },
  'terms-not-accepted': {
    exit: 'refused',
    title: 'The terms for such a token were not accepted; nothing was stored.',
    fix: 'Answer yes, or give --accept-terms, if you may use it this way. An API key needs neither.',
  },
  'account-unknown': {
    exit: 'unknown',
    title: 'There is no account "{name}".',
    fix: '`{self} auth list` shows the accounts.',
  },
  'account-invalid': { exit: 'usage', title: 'The account is not right.', fix: 'Correct it and try again.' },
  'account-name-taken': {
    exit: 'failed',
    title: 'There is an account of that name already.',
    fix: 'Choose another name.',
  },
  'account-mounted': {
    exit: 'refused',
    title: 'The account stands in a mounted file; commands do not change it.',
    fix: 'Change that file: the running proxy takes it over within a second.',
  },
  'account-changed': {
    exit: 'failed',
    title: 'Somebody has changed the account meanwhile; it stays.',
    fix: 'Look at it, and remove it if it is still to go.',
  },
  'accounts-file-invalid': {
    exit: 'settings',
    title: 'The file of accounts cannot be used.',
    fix: 'Correct the file.',
  },
  'nothing-to-set': {
    exit: 'usage',
    title: 'Nothing was given to change.',
    fix: '`{self} {command} --help` shows what can be changed.',
  },
  'nothing-to-rotate': {
    exit: 'failed',
    title: 'There is no other account to turn to.',
    fix: 'Add one, switch one on, or wait until one is ready again.',
  },
  'refresh-unneeded': {
    exit: 'usage',
    title: 'There is nothing to renew.',
    fix: 'Only accounts of the kind oauth have tokens that are renewed.',
  },
  'refresh-impossible': {
    exit: 'failed',
    title: 'Tokens cannot be renewed here.',
    fix: 'Sign in again: `{self} auth login NAME`.',
  },
  'refresh-failed': {
    exit: 'failed',
    title: 'The token was not renewed.',
    fix: 'It is tried again by itself; `{self} auth show NAME` says how that goes.',
  },
  'refresh-busy': {
    exit: 'failed',
    title: 'Another process has been renewing the token for too long.',
    fix: 'Look whether it still answers; it is tried again.',
  },
  'nothing-to-export': {
    exit: 'failed',
    title: 'There is no account to export.',
    fix: 'Add one first: `{self} auth add NAME`.',
  },
  'plain-export-refused': {
    exit: 'refused',
    title: 'Secrets are written down in plain only where somebody at a terminal says yes.',
    fix: 'Leave --plain out: the export is then sealed with a passphrase.',
  },
  'plain-export-nowhere': {
    exit: 'usage',
    title: 'An export in plain goes into a file, which others cannot read, and nowhere else.',
    fix: 'Give --output FILE.',
  },
  'export-exists': {
    exit: 'refused',
    title: '{file} is there already.',
    fix: 'Choose another name, or give --force to replace it.',
  },
  'passphrase-short': {
    exit: 'usage',
    title: 'The passphrase has fewer than {least} characters.',
    fix: 'Choose a longer one: whoever has the file can try as many as they like.',
  },
  'passphrase-differs': {
    exit: 'refused',
    title: 'The two passphrases are not the same; nothing was written.',
    fix: 'Run the command again.',
  },
  'passphrase-missing': {
    exit: 'usage',
    title: 'No passphrase was given.',
    fix: 'Run the command at a terminal and type it, or pipe it in: `… --passphrase-stdin < file`.',
  },
  'passphrase-wrong': {
    exit: 'refused',
    title: 'The passphrase is not the one {path} was sealed with, or the file is damaged.',
    fix: 'Try again; letters may be in another case, or the keyboard in another language.',
  },
  'import-unreadable': {
    exit: 'unknown',
    title: '{path} cannot be read: {reason}.',
    fix: 'Give an export, a file of accounts, or a folder of such files.',
  },
  'import-unknown': {
    exit: 'usage',
    title: '{path} holds no accounts that are understood here.',
    fix: 'Give an export (`{self} auth export`), a file of accounts as docs/accounts.md describes it, or the accounts.json of the original.',
  },
  'import-own-sign-in': {
    exit: 'refused',
    title: '{path} is the sign-in of Claude Code itself; it is not taken over.',
    fix: 'Let it stay where it is, and add an account of the kind passthrough: `{self} auth add mine --kind passthrough`.',
  },
  'import-mismatch': {
    exit: 'failed',
    title: 'The account that is here is of another kind.',
    fix: 'Rename or remove it, and import again.',
  },
  'export-newer': {
    exit: 'settings',
    title: 'The export was written by a newer version.',
    fix: 'Import it with that version.',
  },
} as const;
