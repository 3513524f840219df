import { settingsByKey } from '../config/settings.ts';
import { numberOption, option, type Declarer } from './declare.ts';

/** `serve`, `demo` and `simulate`: what listens. */
export function declareServing(root: Declarer): void {
  root.add(
    {
      usage: 'serve',
      isDefault: true,
      summary: 'listen for clients (the default)',
      more:
        'The first line on standard output is `listening on URL`, once it is ready. SIGTERM and Ctrl-C let ' +
        'running answers end, a second one cuts them off; SIGHUP reads the settings again. The first start at a ' +
        'terminal opens the page in a browser, and so does opening the file.',
      options: [
        ...settingOptions(),
        option('--no-open', 'never open a browser'),
        // The version before an update starts the newer one with it, so it stays.
        option('--background', 'a command has started it').hideHelp(),
        numberOption('--succeeds <n>', 'the process before has started it', 1, 1_000).hideHelp(),
      ],
      examples: [
        ['serve', 'listen on http://127.0.0.1:8000'],
        ['serve --port 0', 'on any free port'],
        ['serve --config ./proxy.toml', 'with settings from elsewhere'],
      ],
    },
    async () => (await import('./serve.ts')).serve,
  );
  root.add(
    {
      usage: 'demo',
      summary: 'the proxy at work: simulated upstream, three accounts, live traffic',
      more: 'Needs no account and no setting, spends nothing, and leaves nothing behind.',
      options: [
        numberOption('--seconds <n>', 'end by itself after this time', 1, 86_400),
        numberOption('--port <number>', 'port of the proxy (default: a free one)', 0, 65_535),
        numberOption('--sessions <n>', 'sample clients at work (default: 6)', 1, 200),
      ],
      examples: [
        ['demo', 'until Ctrl-C'],
        ['demo --seconds 20', 'for twenty seconds'],
      ],
    },
    async () => (await import('./demo.ts')).demo,
  );
  declareSimulate(root);
}

function declareSimulate(root: Declarer): void {
  root.add(
    {
      usage: 'simulate',
      summary: 'only the simulated upstream, for tests and for trying things out',
      options: [
        numberOption('--port <number>', 'port to listen on (default: a free one)', 0, 65_535),
        numberOption('--keys <n>', 'keys it accepts, named in its first lines (default: 3)', 1, 1_000),
        option('--pace <pace>', 'how its answers flow').choices(['fast', 'real']).default('real'),
        numberOption('--requests-per-minute <n>', 'limit of each key (default: none)', 1, 1_000_000),
      ],
      examples: [
        ['simulate --port 9000', 'listen on http://127.0.0.1:9000'],
        ['simulate --pace fast', 'answers as fast as they go'],
      ],
      json: true,
    },
    async () => (await import('./simulate.ts')).simulate,
  );
}

/** The settings that have a flag, with the help of their declaration. */
function settingOptions() {
  return [...settingsByKey.values()].flatMap(({ setting }) =>
    setting.flag === undefined ? [] : [option(setting.flag, setting.help.replaceAll('`', ''))],
  );
}
