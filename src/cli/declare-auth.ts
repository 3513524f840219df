import { accountKinds, sendingWays } from '../accounts/account.ts';
import { declareLogin } from './declare-login.ts';
import { declareTravel } from './declare-travel.ts';
import { declareVault } from './declare-vault.ts';
import {
  headerOption,
  listOption,
  numberOption,
  option,
  orNone,
  weightOption,
  type Declarer,
} from './declare.ts';

/** `auth`: the accounts behind the proxy. */
export function declareAuth(root: Declarer): void {
  const auth = root.group('auth', 'the accounts behind the proxy');
  auth.add(
    {
      // The second operand is there to be refused: it is a secret.
      usage: 'add [name] [more...]',
      summary: 'add an account; asks for what is not given',
      more: 'The secret is typed when asked, or piped in with --secret-stdin. It is never taken from the command line.',
      options: [
        option('--kind <kind>', 'what the account is').choices([...accountKinds]),
        option('--provider <name>', 'which provider of the settings signs it in (--kind oauth)'),
        ...settingOptions(),
        ...secretOptions(),
      ],
      json: true,
      examples: [
        ['auth add work --kind api-key', 'asks for the key'],
        [
          'auth add spare --kind api-key --priority 200 --secret-stdin < key.txt',
          'used when the others rest',
        ],
        [
          'auth add team --kind oauth --provider company',
          'and signs in, at a terminal; else sign in next: auth login team',
        ],
        ['auth add mine --kind passthrough', 'each client brings its own sign-in'],
      ],
    },
    async () => (await import('./auth-add.ts')).authAdd,
  );
  declareLogin(auth);
  declareLooking(auth);
  declareChanging(auth);
  declareSwitching(auth);
  declareTravel(auth);
  declareVault(auth);
}

/** What changes nothing. */
function declareLooking(auth: Declarer): void {
  auth.add(
    {
      usage: 'list',
      summary: 'show the accounts',
      json: true,
      examples: [
        ['auth list', 'a table'],
        ['auth list --json', 'for a script'],
      ],
    },
    async () => (await import('./auth-list.ts')).authList,
  );
  auth.add(
    {
      usage: 'show <name>',
      summary: 'show everything about an account but its secrets',
      json: true,
      examples: [['auth show work', '']],
    },
    async () => (await import('./auth-show.ts')).authShow,
  );
  auth.add(
    {
      usage: 'test <name>',
      summary: 'ask whether an account works, and what is wrong if not',
      more: 'Asks its upstream for the list of models or counts the tokens of one word: that costs nothing.',
      json: true,
      examples: [['auth test work', '']],
    },
    async () => (await import('./auth-test.ts')).authTest,
  );
}

function declareChanging(auth: Declarer): void {
  auth.add(
    {
      usage: 'set <name> [more...]',
      summary: 'change settings of an account, or its secret; what is not given stays',
      more: 'The word none takes a value away: --max-concurrent none, --proxy none. --models all allows every model.',
      options: [
        ...settingOptions(),
        option('--no-allow-plain-http', 'refuse http:// to another machine again'),
        option('--new-secret', 'ask for a new secret'),
        ...secretOptions(),
      ],
      json: true,
      examples: [
        ['auth set work --priority 10 --max-concurrent 4', 'settings'],
        ['auth set work --secret-stdin < key.txt', 'a new key, in use at once'],
        [
          'auth set work --proxy socks5://10.0.0.1:1080',
          'another way out; asks whether it wants a user name',
        ],
      ],
    },
    async () => (await import('./auth-set.ts')).authSet,
  );
  auth.add(
    {
      usage: 'rename <name> <new>',
      summary: 'give an account another name; everything else stays, its sessions too',
      json: true,
      examples: [['auth rename work office', '']],
    },
    async () => (await import('./auth-rename.ts')).authRename,
  );
  auth.add(
    {
      usage: 'rotate',
      summary: 'make the next account the preferred one, and say which',
      more: 'The next account that could serve gets the lowest priority number. Sessions under way stay where they are.',
      json: true,
      examples: [['auth rotate', 'new sessions begin on the next account']],
    },
    async () => (await import('./auth-rotate.ts')).authRotate,
  );
  auth.add(
    {
      usage: 'refresh <name>',
      summary: 'renew the token of a sign-in now',
      json: true,
      examples: [['auth refresh team', '']],
    },
    async () => (await import('./auth-refresh.ts')).authRefresh,
  );
}

function declareSwitching(auth: Declarer): void {
  auth.add(
    {
      usage: 'enable <name>',
      summary: 'switch an account on, also one that was signed out or is resting',
      json: true,
      examples: [['auth enable work', '']],
    },
    async () => (await import('./auth-switch.ts')).authEnable,
  );
  auth.add(
    {
      usage: 'disable <name>',
      summary: 'switch an account off; it keeps its settings and its secret',
      json: true,
      examples: [['auth disable work', '']],
    },
    async () => (await import('./auth-switch.ts')).authDisable,
  );
  auth.add(
    {
      usage: 'remove <name>',
      summary: 'remove an account and its secret; tokens of a sign-in are revoked at the provider',
      options: [option('-y, --yes', 'do not ask')],
      json: true,
      examples: [
        ['auth remove work', 'asks first'],
        ['auth remove work --yes', 'for a script'],
      ],
    },
    async () => (await import('./auth-remove.ts')).authRemove,
  );
}

function settingOptions() {
  return [
    option('--base-url <url>', 'where its calls go (default: https://api.anthropic.com)'),
    numberOption('--priority <n>', 'the lowest number is used first (default: 100)', 0, 1_000),
    weightOption('--weight <n>', 'share of the work among accounts of one priority (default: 1)'),
    listOption('--models <patterns>', 'models it may serve, such as claude-haiku-* (default: all)'),
    orNone(numberOption('--max-concurrent <n>', 'the most calls at once (default: no limit)', 1, 100_000)),
    option('--send-as <header>', 'how an API key is sent').choices([...sendingWays]),
    headerOption('--header <header>', 'a header for every call, "Name: value"; no place for secrets'),
    orNone(option('--proxy <url>', 'outbound proxy: http://, https:// or socks5://, host and port')),
    orNone(option('--extra-ca <file>', 'certificates (PEM) to trust besides the usual ones')),
    option('--notes <text>', 'a note for yourself'),
    option('--allow-plain-http', 'allow http:// to another machine; the secret is then readable on the way'),
  ];
}

function secretOptions() {
  return [
    option('--secret-stdin', 'read the secret from standard input'),
    option(
      '--proxy-login-stdin',
      'read user:password of the outbound proxy from standard input; with --secret-stdin from its second line',
    ),
    option('--accept-terms', 'accept what is said about tokens of consumer sign-ins'),
  ];
}
