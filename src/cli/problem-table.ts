import { accountProblems } from './account-problem-table.ts';
import { captureProblems } from './capture-problem-table.ts';
import { listeningProblems } from './listening-problem-table.ts';
import { oauthProblems } from './oauth-problem-table.ts';
import type { Exit } from './exit-codes.ts';
import { pageProblems } from './page-problem-table.ts';
import { peopleProblems } from './people-problem-table.ts';
import { newer, restore, rights } from './problem-fixes.ts';
import { serviceProblems } from './service-problem-table.ts';
import { updateProblems } from './update-problem-table.ts';
import { vaultProblems } from './vault-problem-table.ts';
import { whatIfProblems } from './what-if-problem-table.ts';

/** One problem. */
export interface Entry {
  readonly exit: Exit;
  /** What it is, where whoever threw it had nothing better to say. `{…}` is filled in; `{self}` is our command. */
  readonly title: string;
  /** What to do about it. */
  readonly fix: string;
}

const report = 'This is a mistake in the program, not yours: please report it.';

/**
 * Every problem a command can end with. Rooms below throw with a code of this table and, where they
 * know more, with words of their own.
 */
export const problems = {
  ...accountProblems,
  unexpected: { exit: 'failed', title: 'Something unexpected happened: {reason}', fix: report },
  usage: { exit: 'usage', title: '{reason}', fix: '`{help}` shows how it is used.' },
  'command-unknown': {
    exit: 'usage',
    title: 'There is no command "{command}".',
    fix: '`{self} --help` lists the commands.{hint}',
  },
  'value-invalid': { exit: 'usage', title: '{option} cannot be "{value}".', fix: 'It must be {expects}.' },
  'value-missing': {
    exit: 'usage',
    title: '{what} is missing.',
    fix: 'Give it, or run the command at a terminal.',
  },
  'not-confirmed': {
    exit: 'refused',
    title: 'Not confirmed; nothing was changed.',
    fix: 'Answer yes, or give --yes.',
  },
  cancelled: { exit: 'refused', title: 'Cancelled; nothing was changed.', fix: 'Run the command again.' },
  'no-accounts': {
    exit: 'failed',
    title: 'The proxy has no account that could serve a client.',
    fix: 'Add one: `{self} auth add NAME --kind api-key`. To start without the proxy, start the program by itself.',
  },
  'no-passthrough': {
    exit: 'failed',
    title: 'There is no pass-through account.',
    fix: 'Add one: `{self} auth add NAME --kind passthrough`.',
  },
  'proxy-not-running': {
    exit: 'unreachable',
    title: 'The proxy is not running.',
    fix: 'Start it: `{self} serve`.',
  },
  'proxy-unreachable': {
    exit: 'unreachable',
    title: 'The running proxy did not answer.',
    fix: `See its log, or end that process and start it again.`,
  },
  'proxy-refused': {
    exit: 'failed',
    title: 'The running proxy refused.',
    fix: 'If it is of another version, restart it.',
  },
  'proxy-not-stopped': {
    exit: 'failed',
    title: 'The proxy was told to stop, and still runs after {seconds} seconds (process {pid}).',
    fix: 'Its log may tell why; end the process itself if it goes on.',
  },
  'proxy-start-failed': {
    exit: 'unreachable',
    title: 'The proxy did not start: {reason}',
    fix: '`{self} serve` shows why; `{self} doctor` looks for causes.',
  },
  'proxy-running': {
    exit: 'failed',
    title: 'The proxy is running already at {url} (process {pid}).',
    fix: 'Use that one, or stop it first: `{self} stop`. CCPROXY_HOME gives a second one a home of its own.',
  },
  'log-off': {
    exit: 'settings',
    title: 'The log is kept in no file.',
    fix: 'Set log.file = true and restart the proxy; until then it is where its standard error goes.',
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
    fix: 'Start it with `{self} run --passthrough -- claude`.',
  },
  'nothing-to-undo': {
    exit: 'unknown',
    title: 'There is nothing to undo: {file} was not set up from here.',
    fix: '`{self} setup claude` sets it up.',
  },
  'file-exists': {
    exit: 'refused',
    title: '{file} is there already.',
    fix: 'Give --force to replace it; the old one is kept beside it.',
  },
  ...listeningProblems,
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
    fix: 'Correct them; `{self} config validate` checks again.',
  },
  'config-missing': {
    exit: 'settings',
    title: 'There is no such settings file.',
    fix: 'Correct the path, or write a first one: `{self} config init`.',
  },
  'config-unreadable': {
    exit: 'settings',
    title: 'The settings file cannot be read.',
    fix: 'It must be a text file that this user may read.',
  },
  'setting-unknown': {
    exit: 'unknown',
    title: 'There is no setting "{key}".',
    fix: '`{self} config show` lists them.',
  },
  'key-unknown': {
    exit: 'unknown',
    title: 'There is no such client key.',
    fix: '`{self} keys list` shows them.',
  },
  'key-changed': {
    exit: 'failed',
    title: 'Somebody else has changed that client key meanwhile; nothing was saved.',
    fix: '`{self} keys list` shows how it is now.',
  },
  'session-unknown': {
    exit: 'unknown',
    title: 'The ledger has no call of a session "{session}".',
    fix: '`{self} usage --by session` lists those it has.',
  },
  'session-ambiguous': {
    exit: 'failed',
    title: 'More than one session begins with "{session}".',
    fix: 'Give more of its id.',
  },
  'key-ambiguous': {
    exit: 'failed',
    title: 'Several keys begin like that.',
    fix: 'Use the name or the id of one.',
  },
  'key-invalid': { exit: 'usage', title: 'The client key is not right.', fix: 'Correct it and try again.' },
  'client-key-given': {
    exit: 'settings',
    title: 'CCPROXY_CLIENT_KEY is not a client key.',
    fix: 'Make one: echo "ccp-$(openssl rand -hex 24)"',
  },
  'key-name-taken': {
    exit: 'failed',
    title: 'There is a client key of that name already.',
    fix: 'Choose another name, or revoke that key first.',
  },
  'folder-shared': {
    exit: 'settings',
    title: 'The folder is one that everybody on this machine uses.',
    fix: 'Choose one of your own.',
  },
  'file-refused': {
    exit: 'settings',
    title: '{path} cannot be used: {reason}.',
    fix: 'Make it a place where this user may read and write. CCPROXY_HOME moves the files of the proxy elsewhere.',
  },
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
    fix: 'Start again; if that does not help: `{self} doctor`.',
  },
  'database-unreachable': {
    exit: 'unreachable',
    title: 'The database cannot be reached.',
    fix: 'See that its server runs and that database.url says where.',
  },
  'database-refused': {
    exit: 'settings',
    title: 'The database lets this user not in.',
    fix: 'Check user, password and database name.',
  },
  'database-password': {
    exit: 'settings',
    title: 'The database asks for a password.',
    fix: 'Set CCPROXY_DATABASE_PASSWORD or database.password_file.',
  },
  'database-crowded': {
    exit: 'failed',
    title: 'The database has no connection left.',
    fix: 'Lower database.pool_size, or raise max_connections of the server.',
  },
  'database-slow': {
    exit: 'failed',
    title: 'The database took too long.',
    fix: 'Look for locks and load on its server, or raise database.statement_timeout_seconds.',
  },
  'database-closed': { exit: 'failed', title: 'The database is closed already.', fix: report },
  'database-failed': { exit: 'failed', title: 'The database refused a statement.', fix: report },
  ...captureProblems,
  ...oauthProblems,
  ...vaultProblems,
  ...pageProblems,
  ...peopleProblems,
  ...serviceProblems,
  ...updateProblems,
  ...whatIfProblems,
} as const satisfies Record<string, Entry>;

export type ProblemCode = keyof typeof problems;
