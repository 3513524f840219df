import { option, type Declarer } from './declare.ts';

/** What a person uses the proxy with: `run`, `setup`, `key-helper`, `status`, `health`, `budgets`, `prices`, `stop`, `doctor`. */
export function declareUsing(root: Declarer): void {
  declareClients(root);
  root.add(
    {
      usage: 'status',
      summary: 'how the running proxy and its accounts are doing',
      options: [
        option(
          '--line',
          'one line for the status line of Claude Code; reads on standard input which session it is',
        ),
      ],
      json: true,
      examples: [
        ['status', 'a table of the accounts'],
        ['status --line', 'as the command of `statusLine` in the settings of Claude Code'],
        ['status --json', 'everything, for a script'],
      ],
    },
    async () => (await import('./status.ts')).status,
  );
  declareHealth(root);
  declareMoney(root);
  root.add(
    {
      usage: 'stop',
      summary: 'stop the running proxy, in the background or not',
      more:
        'Calls that are running may end first, for as long as `server.drain_seconds` says. Comes back when the ' +
        'proxy is gone; where none runs there is nothing to do, and that is no failure.',
      json: true,
      examples: [
        ['stop', 'the one that `run` has started, or any other of this user'],
        ['stop --json', 'which one it was, for a script'],
      ],
    },
    async () => (await import('./stop.ts')).stop,
  );
  root.add(
    {
      usage: 'doctor',
      summary: 'look for what is wrong, and say what to do about it',
      more: 'Changes nothing and makes no paid call. Exits with 1 when something fails; a warning is no failure.',
      options: [option('--offline', 'ask nothing of the upstream')],
      json: true,
      examples: [
        ['doctor', 'look at everything'],
        ['doctor --offline', 'without the network'],
      ],
    },
    async () => (await import('./doctor.ts')).doctor,
  );
}

function declareHealth(root: Declarer): void {
  root.add(
    {
      usage: 'health',
      summary: 'whether the running proxy can serve, for health checks of containers',
      more:
        'One word: pass, warn or fail. Exits with 0 for the first two, with 1 when something fails, and with 5 ' +
        'when the proxy does not run or does not answer.',
      options: [option('--live', 'only whether it answers at all')],
      json: true,
      examples: [
        ['health', 'before it gets calls'],
        ['health --live', 'whether it is to be restarted'],
      ],
    },
    async () => (await import('./health.ts')).health,
  );
}

function declareMoney(root: Declarer): void {
  root.add(
    {
      usage: 'budgets',
      summary: 'what may be spent, and what was',
      json: true,
      examples: [
        ['budgets', 'a table of the budgets of the settings and of the keys'],
        ['budgets --json', 'for a script'],
      ],
    },
    async () => (await import('./budgets.ts')).budgets,
  );
  root.add(
    {
      usage: 'prices [model]',
      summary: 'what models cost, and where the figures come from',
      more: 'The settings stand before the list that comes with the program. Asks nobody.',
      json: true,
      examples: [
        ['prices', 'every model of the list'],
        ['prices us.anthropic.claude-opus-5-5', 'one model, by any of its names'],
      ],
    },
    async () => (await import('./prices.ts')).prices,
  );
}

function declareClients(root: Declarer): void {
  root.add(
    {
      usage: 'run [command...]',
      summary: 'start a client with the environment that leads it through the proxy',
      more:
        'Starts the proxy in the background when it is not running. The variables are set for that one program ' +
        'only. Exits as the program did; 127 when there is no such program, 126 when it cannot be started.',
      options: [
        option('--passthrough', 'keep your own Claude sign-in; needs an account of the kind passthrough'),
        option('--print-env', 'show the variables and why they are set, and start nothing'),
        option('--port <number>', 'port for the proxy, where it has to be started'),
      ],
      json: true,
      passesThrough: true,
      examples: [
        ['run -- claude', 'Claude Code on the accounts of the proxy'],
        ['run -- claude -p "say hi"', 'its arguments follow'],
        ['run --print-env', 'what would be set'],
      ],
    },
    async () => (await import('./run.ts')).run,
  );
  root.add(
    {
      usage: 'setup <client>',
      summary: "write the proxy into a client's own settings file (client: claude)",
      more:
        "Claude Code's settings.json (in CLAUDE_CONFIG_DIR, else ~/.claude) gets an `env` block, and an " +
        '`apiKeyHelper` where the proxy wants a key. All else in the file stays as it is, and a copy of it ' +
        'beside it. --undo takes back what was written.',
      options: [
        option('--undo', 'take it back'),
        option('--dry-run', 'show what would change, and change nothing'),
        option('--passthrough', 'keep your own Claude sign-in; needs an account of the kind passthrough'),
      ],
      json: true,
      examples: [
        ['setup claude', 'every `claude` of this user goes through the proxy'],
        ['setup claude --dry-run', 'look first'],
        ['setup claude --undo', 'as it was before'],
      ],
    },
    async () => (await import('./setup.ts')).setup,
  );
  root.add(
    {
      usage: 'key-helper',
      summary: "print a client key, for Claude Code's apiKeyHelper setting",
      examples: [['key-helper', 'the key that clients on this machine use']],
    },
    async () => (await import('./key-helper.ts')).keyHelper,
  );
}
