import type { Option } from 'commander';
import { listOption, numberOption, option, orNone, type Declarer } from './declare.ts';
import { roleOption } from './role-option.ts';

/** `keys`: the client keys the proxy hands out. */
export function declareKeys(root: Declarer): void {
  const keys = root.group('keys', 'the client keys: who may call the proxy');
  keys.add(
    {
      usage: 'create [name]',
      summary: 'make a client key; it is shown once',
      more: 'As soon as there is a key, every client needs one (see the setting clients.keys).',
      options: [option('--name <name>', 'what to call it, instead of the operand'), ...keyOptions()],
      json: true,
      examples: [
        ['keys create laptop', 'no limits'],
        ['keys create ci --owner build --expires 30d --per-minute 60', 'for a machine'],
        ['keys create ann --budget 20usd/month', 'which is refused once that is spent'],
        ['keys create prometheus --role viewer', 'which may read /metrics and /status from elsewhere'],
      ],
    },
    async () => (await import('./keys-create.ts')).keysCreate,
  );
  keys.add(
    {
      usage: 'set <key>',
      summary: 'change what a client key may do, by its id, its name or its beginning',
      more: 'What is given takes the place of what was; `none` takes a limit away. It holds from now on.',
      options: keyOptions().map((one) => (one.long === '--owner' ? one : orNone(one))),
      json: true,
      examples: [
        ['keys set ann --budget 30usd/month,2usd/day', 'two budgets in place of those it had'],
        ['keys set ann --budget none', 'without a limit of its own'],
      ],
    },
    async () => (await import('./keys-set.ts')).keysSet,
  );
  keys.add(
    {
      usage: 'list',
      summary: 'show the client keys, not the keys themselves',
      options: [option('--all', 'revoked and expired ones too')],
      json: true,
      examples: [
        ['keys list', 'a table'],
        ['keys list --all --json', 'everything, for a script'],
      ],
    },
    async () => (await import('./keys-list.ts')).keysList,
  );
  keys.add(
    {
      usage: 'revoke <key>',
      summary: 'shut a client key out, by its id, its name or its beginning',
      options: [option('-y, --yes', 'do not ask')],
      json: true,
      examples: [
        ['keys revoke laptop', 'by name'],
        ['keys revoke ccp-a1B2', 'by its beginning'],
      ],
    },
    async () => (await import('./keys-revoke.ts')).keysRevoke,
  );
}

/** What can be decided about a key, by `keys create` and `keys set`. */
function keyOptions(): Option[] {
  return [
    option('--owner <owner>', 'whose it is'),
    option('--expires <when>', 'a length such as 12h, 30d, 1y, or a day such as 2027-01-31'),
    listOption('--models <patterns>', 'models it may use (default: all)'),
    listOption('--accounts <names>', 'accounts it may use (default: all)'),
    numberOption('--per-minute <n>', 'requests a minute (default: no limit)', 1, 1_000_000),
    numberOption('--concurrent <n>', 'calls at once (default: no limit)', 1, 1_000_000),
    listOption(
      '--budget <limits>',
      'what it may spend: 20usd/month, 500ktokens/day, 5usd/week/soft (default: no limit)',
    ),
    roleOption('what it may do to the proxy itself, besides calling: admin or viewer (default: nothing)'),
  ];
}
