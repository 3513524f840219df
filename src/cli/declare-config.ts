import { option, type Declarer } from './declare.ts';

/** `config`: the settings. */
export function declareConfig(root: Declarer): void {
  const config = root.group('config', 'the settings and where they come from');
  config.add(
    {
      usage: 'show [key]',
      summary: 'every setting with its value and where that comes from',
      json: true,
      examples: [
        ['config show', 'a table'],
        ['config show server.port', 'one of them'],
      ],
    },
    async () => (await import('./config.ts')).configShow,
  );
  declareChanges(config);
  config.add(
    {
      usage: 'path',
      summary: 'where the settings file is',
      json: true,
      examples: [['config path', '']],
    },
    async () => (await import('./config.ts')).configPath,
  );
  config.add(
    {
      usage: 'schema',
      summary: 'the JSON Schema of the settings file, for editors',
      examples: [['config schema > config.schema.json', '']],
    },
    async () => (await import('./config.ts')).configSchema,
  );
  config.add(
    {
      usage: 'validate [file]',
      summary: 'check the settings without using them',
      more: 'Exits with 3 when something is wrong.',
      json: true,
      examples: [
        ['config validate', 'the settings in use'],
        ['config validate ./new.toml', 'another file'],
      ],
    },
    async () => (await import('./config.ts')).configValidate,
  );
  config.add(
    {
      usage: 'init',
      summary: 'write a first settings file, every line of it a remark',
      options: [option('--force', 'replace the file; the old one is kept beside it')],
      json: true,
      examples: [['config init', '']],
    },
    async () => (await import('./config.ts')).configInit,
  );
}

/** What changes the file. */
function declareChanges(config: Declarer): void {
  config.add(
    {
      usage: 'set <key> <value>',
      summary: 'write a setting into the settings file; a running proxy takes it up',
      more: 'Comments and order of the file stay. A list is given with commas. What is wrong is not written.',
      json: true,
      examples: [
        ['config set log.level debug', ''],
        ['config set server.allowed_hosts proxy.example.com,box.local', 'a list'],
        ['config set budgets.team.limit_usd 100', 'in a table of that name'],
      ],
    },
    async () => (await import('./config-set.ts')).configSet,
  );
  config.add(
    {
      usage: 'unset <key>',
      summary: 'take a setting, or a table with a name, out of the settings file',
      json: true,
      examples: [
        ['config unset log.level', 'the default holds again'],
        ['config unset budgets.team', 'a whole table'],
      ],
    },
    async () => (await import('./config-set.ts')).configUnset,
  );
}
