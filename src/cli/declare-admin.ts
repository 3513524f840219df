import { numberOption, option, textOption, type Declarer } from './declare.ts';
import { roleOption } from './role-option.ts';

/** `ui`, `admin` and `audit`: who comes in at the page, and who changed what. */
export function declareAdmin(root: Declarer): void {
  root.add(
    {
      usage: 'ui',
      summary: 'open the page of the running proxy, signed in',
      more:
        'Prints a link that signs in once, within five minutes, and opens it in a browser of this machine where there ' +
        'is one. Whoever has it comes in: give it to nobody else.',
      options: [
        roleOption('what whoever opens it may do: admin or viewer (default: admin)'),
        option('--no-open', 'only print the link'),
      ],
      json: true,
      examples: [
        ['ui', 'in the browser of this machine'],
        ['ui --no-open', 'over SSH: open the link where your browser is'],
        ['ui --role viewer', 'for somebody who is to look, and change nothing'],
      ],
    },
    async () => (await import('./ui.ts')).ui,
  );
  declarePeople(root.group('admin', 'who may sign in at the page with a password'));
  root.add(
    {
      usage: 'audit',
      summary: 'show who changed what, when and from where',
      options: [
        numberOption('-n, --limit <count>', 'how many at the most (default: 50)', 1, 1_000),
        option('--since <when>', 'a length ago such as 12h or 30d, `today`, or a day such as 2026-11-01'),
        textOption('--what <kind>', 'only what begins so: account, key, person, sign-in'),
        textOption('--who <name>', 'only what this person or key did'),
      ],
      json: true,
      examples: [
        ['audit', 'the last fifty'],
        ['audit --what sign-in --since 7d', 'who was not let in this week'],
        ['audit --json -n 1000', 'for a script'],
      ],
    },
    async () => (await import('./audit.ts')).audit,
  );
}

function declarePeople(admin: Declarer): void {
  admin.add(
    {
      usage: 'password [name]',
      summary: 'set a password; whoever is not there yet comes to be',
      more: 'Without a name: "admin". Where somebody was signed in with the old password, they no longer are.',
      options: [
        roleOption('what they may do: admin or viewer (default: admin, or as it was)'),
        option('--password-stdin', 'read the password from standard input'),
      ],
      json: true,
      examples: [
        ['admin password', 'of "admin"; asks for it'],
        ['admin password ann --role viewer', 'for somebody who is to look, and change nothing'],
      ],
    },
    async () => (await import('./admin-password.ts')).adminPassword,
  );
  admin.add(
    {
      usage: 'list',
      summary: 'show who has a password, and where they are signed in',
      json: true,
      examples: [['admin list', 'a table']],
    },
    async () => (await import('./admin-list.ts')).adminList,
  );
  admin.add(
    {
      usage: 'role <name> <role>',
      summary: 'change what somebody may do, from now on',
      json: true,
      examples: [['admin role ann viewer', 'may look, and change nothing']],
    },
    async () => (await import('./admin-role.ts')).adminRole,
  );
  admin.add(
    {
      usage: 'remove <name>',
      summary: 'take the password away, and sign out',
      options: [option('-y, --yes', 'do not ask')],
      json: true,
      examples: [['admin remove ann', 'asks first']],
    },
    async () => (await import('./admin-remove.ts')).adminRemove,
  );
  admin.add(
    {
      usage: 'sign-out [name]',
      summary: 'sign somebody out everywhere, or everybody',
      json: true,
      examples: [
        ['admin sign-out ann', 'who has lost a laptop'],
        ['admin sign-out', 'everybody, also who came by a link or a provider'],
      ],
    },
    async () => (await import('./admin-sign-out.ts')).adminSignOut,
  );
}
