import { accountKinds, sendingWays } from '../accounts/account.ts';
import { declareVault } from './declare-vault.ts';
import { listOption, numberOption, option, weightOption, type Declarer } from './declare.ts';

/** `auth`: the accounts behind the proxy. */
export function declareAuth(root: Declarer): void {
  const auth = root.group('auth', 'the accounts behind the proxy');
  auth.add(
    {
      // The second operand is there to be refused: it is a secret.
      usage: 'add [name] [more...]',
      summary: 'add an account; asks for what is not given',
      more: 'The secret is typed when asked, or piped in with --secret-stdin. It is never taken from the command line.',
      options: addOptions(),
      json: true,
      examples: [
        ['auth add work --kind api-key', 'asks for the key'],
        [
          'auth add spare --kind api-key --priority 200 --secret-stdin < key.txt',
          'used when the others rest',
        ],
        ['auth add mine --kind passthrough', 'each client brings its own sign-in'],
      ],
    },
    async () => (await import('./auth-add.ts')).authAdd,
  );
  declareExisting(auth);
  declareVault(auth);
}

/** What is done to accounts that are there. */
function declareExisting(auth: Declarer): void {
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
      usage: 'remove <name>',
      summary: 'remove an account and its secret',
      options: [option('-y, --yes', 'do not ask')],
      json: true,
      examples: [
        ['auth remove work', 'asks first'],
        ['auth remove work --yes', 'for a script'],
      ],
    },
    async () => (await import('./auth-remove.ts')).authRemove,
  );
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
}

function addOptions() {
  return [
    option('--kind <kind>', 'what the account is').choices([...accountKinds]),
    option('--base-url <url>', 'where its calls go (default: https://api.anthropic.com)'),
    numberOption('--priority <n>', 'the lowest number is used first (default: 100)', 0, 1_000),
    weightOption('--weight <n>', 'share of the work among accounts of one priority (default: 1)'),
    listOption('--models <patterns>', 'models it may serve, such as claude-haiku-* (default: all)'),
    numberOption('--max-concurrent <n>', 'the most calls at once (default: no limit)', 1, 100_000),
    option('--send-as <header>', 'how an API key is sent').choices([...sendingWays]),
    option('--notes <text>', 'a note for yourself'),
    option('--allow-plain-http', 'allow http:// to another machine; the secret is then readable on the way'),
    option('--secret-stdin', 'read the secret from standard input'),
    option('--accept-terms', 'accept what is said about tokens of consumer sign-ins'),
  ];
}
