import { product } from '../base/product.ts';
import { oauthProblems } from './oauth-problem-table.ts';

/** What a command exits with, and what `--help` says about it. */
export const exitCodes = {
  done: [0, 'done'],
  failed: [1, 'it failed; the message says why and what to do'],
  usage: [2, 'the command line was not understood'],
  settings: [3, 'the settings or a file of the proxy cannot be used'],
  unknown: [4, 'there is no such account, key or file'],
  unreachable: [5, 'the proxy does not run, or something does not answer'],
  refused: [6, 'not done: not confirmed, or not allowed'],
  unstartable: [126, '`run`: the program cannot be started'],
  absent: [127, '`run`: there is no such program'],
} as const satisfies Record<string, readonly [code: number, meaning: string]>;

export type Exit = keyof typeof exitCodes;

/** One problem. */
export interface Entry {
  readonly exit: Exit;
  /** What it is, where whoever threw it had nothing better to say. `{…}` is filled in. */
  readonly title: string;
  /** What to do about it. */
  readonly fix: string;
}

const { binary } = product;
const report = 'This is a mistake in the program, not yours: please report it.';
const restore = `Put the right file back from a backup; \`${binary} doctor\` looks closer.`;
const rights = `Give this user the right to read and write the folder of the proxy.`;
const newer = `Use that version of ${binary}, or a backup from before.`;

/**
 * Every problem a command can end with. Rooms below throw with a code of this table and, where they
 * know more, with words of their own.
 */
export const problems = {
  unexpected: { exit: 'failed', title: 'Something unexpected happened: {reason}', fix: report },
  usage: { exit: 'usage', title: '{reason}', fix: '`{help}` shows how it is used.' },
  'command-unknown': {
    exit: 'usage',
    title: 'There is no command "{command}".',
    fix: `\`${binary} --help\` lists the commands.{hint}`,
  },
  'value-invalid': { exit: 'usage', title: '{option} cannot be "{value}".', fix: 'It must be {expects}.' },
  'value-missing': {
    exit: 'usage',
    title: '{what} is missing.',
    fix: 'Give it, or run the command at a terminal.',
  },
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
  'secret-unwanted': {
    exit: 'usage',
    title: 'A pass-through account has no secret: each client brings its own.',
    fix: 'Leave the secret out, or choose the kind api-key or token.',
  },
  'secret-is-refresh-token': {
    exit: 'refused',
    title: 'This is a refresh token (sk-ant-ort…). It cannot be used as it is, and must not be pooled.',
    fix: 'Use an API key (--kind api-key), or let clients bring their own sign-in (--kind passthrough).',
  },
  'terms-not-accepted': {
    exit: 'refused',
    title: 'The terms for such a token were not accepted; nothing was stored.',
    fix: 'Answer yes, or give --accept-terms, if you may use it this way. An API key needs neither.',
  },
  'not-confirmed': {
    exit: 'refused',
    title: 'Not confirmed; nothing was changed.',
    fix: 'Answer yes, or give --yes.',
  },
  cancelled: { exit: 'refused', title: 'Cancelled; nothing was changed.', fix: 'Run the command again.' },
  'account-unknown': {
    exit: 'unknown',
    title: 'There is no account "{name}".',
    fix: `\`${binary} auth list\` shows the accounts.`,
  },
  'account-invalid': { exit: 'usage', title: 'The account is not right.', fix: 'Correct it and try again.' },
  'no-accounts': {
    exit: 'failed',
    title: 'The proxy has no account that could serve a client.',
    fix: `Add one: \`${binary} auth add NAME --kind api-key\`. To start without the proxy, start the program by itself.`,
  },
  'no-passthrough': {
    exit: 'failed',
    title: 'There is no pass-through account.',
    fix: `Add one: \`${binary} auth add NAME --kind passthrough\`.`,
  },
  'proxy-not-running': {
    exit: 'unreachable',
    title: 'The proxy is not running.',
    fix: `Start it: \`${binary} serve\`.`,
  },
  'proxy-unreachable': {
    exit: 'unreachable',
    title: 'The running proxy did not answer.',
    fix: `See its log, or stop it and start it again.`,
  },
  'proxy-refused': {
    exit: 'failed',
    title: 'The running proxy refused.',
    fix: 'If it is of another version, restart it.',
  },
  'proxy-start-failed': {
    exit: 'unreachable',
    title: 'The proxy did not start: {reason}',
    fix: `\`${binary} serve\` shows why; \`${binary} doctor\` looks for causes.`,
  },
  'proxy-running': {
    exit: 'failed',
    title: 'The proxy is running already at {url} (process {pid}).',
    fix: 'Use that one, or stop it first. CCPROXY_HOME gives a second one a home of its own.',
  },
  'port-in-use': {
    exit: 'failed',
    title: 'Port {port} is in use{owner}.',
    fix: 'Stop that, or choose another port: `--port {other}`, or `--port 0` for any free one.',
  },
  'address-refused': {
    exit: 'settings',
    title: 'The proxy cannot listen on {address}: {reason}.',
    fix: 'Set server.host to an address of this machine and server.port to a port this user may use.',
  },
  'program-missing': {
    exit: 'absent',
    title: 'There is no program "{program}".',
    fix: 'Install it, or give its path. `npm install -g @anthropic-ai/claude-code` installs Claude Code.',
  },
  'program-refused': {
    exit: 'unstartable',
    title: '"{program}" could not be started: {reason}.',
    fix: 'Check that it is a program this user may run.',
  },
  'claude-settings-invalid': {
    exit: 'settings',
    title: '{file} is not valid JSON: {reason}.',
    fix: 'Correct it first; nothing was changed.',
  },
  'claude-settings-changed': {
    exit: 'failed',
    title: '{file} changed while it was being written; nothing was changed.',
    fix: 'Run the command again.',
  },
  'setup-needs-run': {
    exit: 'refused',
    title:
      'The proxy wants a key beside your own sign-in, and that would stand readable in the settings file.',
    fix: `Start it with \`${binary} run --passthrough -- claude\`.`,
  },
  'nothing-to-undo': {
    exit: 'unknown',
    title: 'There is nothing to undo: {file} was not set up from here.',
    fix: `\`${binary} setup claude\` sets it up.`,
  },
  'file-exists': {
    exit: 'refused',
    title: '{file} is there already.',
    fix: 'Give --force to replace it; the old one is kept beside it.',
  },
  'exposed-without-keys': {
    exit: 'settings',
    title: 'Other machines could come in, and no client key is required.',
    fix: `Make a key first (\`${binary} keys create NAME\`), or listen on 127.0.0.1.`,
  },
  'exposed-without-tls': {
    exit: 'settings',
    title: 'Other machines could come in, and keys would travel unencrypted.',
    fix: 'Set server.tls_cert and server.tls_key, or server.public_url with server.trusted_proxies.',
  },
  'tls-unreadable': {
    exit: 'settings',
    title: 'The TLS certificate or key cannot be read.',
    fix: 'Check server.tls_cert and server.tls_key.',
  },
  'tls-invalid': {
    exit: 'settings',
    title: 'The TLS certificate and key do not go together.',
    fix: 'Give a PEM certificate chain and its own PEM private key.',
  },
  'ca-unreadable': {
    exit: 'settings',
    title: 'The extra certificates cannot be read.',
    fix: 'Correct upstream.extra_ca.',
  },
  'home-unknown': {
    exit: 'settings',
    title: 'This user has no home directory.',
    fix: 'Set CCPROXY_HOME to a folder for the files of the proxy.',
  },
  'config-invalid': {
    exit: 'settings',
    title: 'There are mistakes in the settings.',
    fix: `Correct them; \`${binary} config validate\` checks again.`,
  },
  'config-missing': {
    exit: 'settings',
    title: 'There is no such settings file.',
    fix: `Correct the path, or write a first one: \`${binary} config init\`.`,
  },
  'config-unreadable': {
    exit: 'settings',
    title: 'The settings file cannot be read.',
    fix: 'It must be a text file that this user may read.',
  },
  'setting-unknown': {
    exit: 'unknown',
    title: 'There is no setting "{key}".',
    fix: `\`${binary} config show\` lists them.`,
  },
  'account-name-taken': {
    exit: 'failed',
    title: 'There is an account of that name already.',
    fix: 'Choose another name.',
  },
  'key-unknown': {
    exit: 'unknown',
    title: 'There is no such client key.',
    fix: `\`${binary} keys list\` shows them.`,
  },
  'key-ambiguous': {
    exit: 'failed',
    title: 'Several keys begin like that.',
    fix: 'Use the name or the id of one.',
  },
  'key-invalid': { exit: 'usage', title: 'The client key is not right.', fix: 'Correct it and try again.' },
  'key-name-taken': {
    exit: 'failed',
    title: 'There is a client key of that name already.',
    fix: 'Choose another name, or revoke that key first.',
  },
  'vault-key-needed': {
    exit: 'refused',
    title: 'The vault has no key yet.',
    fix: 'Answer yes, or give 32 random bytes in base64 as CCPROXY_VAULT_KEY.',
  },
  'vault-key-missing': { exit: 'settings', title: 'The key of the vault is missing.', fix: restore },
  'vault-key-invalid': { exit: 'settings', title: 'The key of the vault is no key.', fix: restore },
  'vault-wrong-key': {
    exit: 'settings',
    title: 'This is not the key the vault was made with.',
    fix: restore,
  },
  'vault-missing': { exit: 'settings', title: 'The vault is missing.', fix: restore },
  'vault-damaged': { exit: 'settings', title: 'The vault is damaged.', fix: restore },
  'vault-newer': { exit: 'settings', title: 'The vault was written by a newer version.', fix: newer },
  'vault-busy': { exit: 'failed', title: 'Another process keeps the vault locked.', fix: 'Try again.' },
  'vault-unreadable': { exit: 'settings', title: 'The vault cannot be read.', fix: rights },
  'vault-unwritable': { exit: 'settings', title: 'The vault cannot be written.', fix: rights },
  'disk-full': {
    exit: 'failed',
    title: 'There is no room left on the disk.',
    fix: 'Free some space and try again.',
  },
  'database-newer': { exit: 'settings', title: 'The database was written by a newer version.', fix: newer },
  'database-foreign': { exit: 'settings', title: 'The database is not one of this program.', fix: restore },
  'database-damaged': { exit: 'settings', title: 'The database is damaged.', fix: restore },
  'database-unreadable': { exit: 'settings', title: 'The database cannot be opened.', fix: rights },
  'database-readonly': { exit: 'settings', title: 'The database cannot be written.', fix: rights },
  'database-full': {
    exit: 'failed',
    title: 'There is no room left on the disk.',
    fix: 'Free some space and try again.',
  },
  'database-io': { exit: 'failed', title: 'The disk failed.', fix: 'Check the disk and try again.' },
  'database-busy': {
    exit: 'failed',
    title: 'Another process keeps the database locked.',
    fix: 'End it and try again.',
  },
  'database-conflict': {
    exit: 'failed',
    title: 'Something of that name was stored a moment ago.',
    fix: 'Look at the list and try again.',
  },
  'database-gone': {
    exit: 'failed',
    title: 'The database has stopped.',
    fix: `Start again; if that does not help: \`${binary} doctor\`.`,
  },
  'database-closed': { exit: 'failed', title: 'The database is closed already.', fix: report },
  'database-failed': { exit: 'failed', title: 'The database refused a statement.', fix: report },
  ...oauthProblems,
} as const satisfies Record<string, Entry>;

export type ProblemCode = keyof typeof problems;
