import { product } from '../base/product.ts';
import { bytesText } from './kinds.ts';
import type { KeyedSection } from './setting.ts';
import { keyedSections, sections, settingsByKey, settingsUnder, type DeclaredSetting } from './settings.ts';

const { name, binary, envPrefix } = product;

/** The documentation page of all settings, as Markdown. */
export function settingsPage(): string {
  const parts = [...sections].map(([section, { help }]) => [
    `## [${section}]`,
    '',
    help,
    '',
    ...tableOf([...settingsByKey.values()].filter((one) => one.section === section)),
    '',
  ]);
  const named = [...keyedSections].map(([section, { help }]) => [
    `## [${section}.NAME]`,
    '',
    help,
    '',
    ...tableOf(settingsUnder(section, 'NAME')),
    '',
  ]);
  return [...introduction, ...parts.flat(), ...named.flat()].join('\n');
}

const introduction = [
  '# Settings',
  '',
  `<!-- Made by \`npm run docs\` from the declarations in src/config; changes here are overwritten. -->`,
  '',
  `${name} runs without any settings. What is set counts in this order: flags, environment, \`config.toml\`,`,
  'defaults.',
  '',
  `- The file is \`~/.${binary}/config.toml\`. \`${envPrefix}HOME\` moves the whole folder; \`--config FILE\` or`,
  `  \`${envPrefix}CONFIG\` names another file, which must then exist. \`${binary} config init\` writes a first one.`,
  `- Every setting has an environment variable, \`${envPrefix}<SECTION>_<KEY>\`, except those under a name of your own`,
  '  (`[providers.NAME]`, `[budgets.NAME]`, `[prices.NAME]`), which stand in the file only. Lists are separated by',
  '  commas. An empty',
  `  variable counts as not set. Variables beginning with \`${envPrefix}\` that are no setting are refused, except those`,
  `  that Kubernetes adds for a service (\`${envPrefix}SERVICE_HOST\`, \`${envPrefix}PORT=tcp://…\` and their like).`,
  '- Times are in seconds. Bytes are a number or text with a unit: `65536`, `"64 KiB"`, `"64 kB"` (64000).',
  '- Relative paths start from the folder of the settings file; `~/` is the home of the user.',
  '- A saved file takes effect without a restart where the table says "live"; for the rest the proxy says that it',
  '  needs one. A file with a mistake, or one that is gone, changes nothing: the settings in use stay, and the',
  '  mistake is reported.',
  `- Every unknown key and bad value is refused, with its line and what would be right. \`${binary} config show\``,
  '  prints each value and where it comes from; `config.schema.json` beside this page lets editors complete the file.',
  `- \`${binary} config set KEY VALUE\` and the settings page of the running proxy change the file, comments and order as they`,
  '  were.',
  '',
];

function tableOf(settings: readonly DeclaredSetting[]): string[] {
  return [
    '| key | value | default | environment, flag | change | meaning |',
    '|---|---|---|---|---|---|',
    ...settings.map((one) => {
      const { setting, fileName, variables, flag } = one;
      const names = [...variables, ...(flag === undefined ? [] : [setting.flag ?? flag])];
      const others = names.map((text) => `\`${text}\``).join('<br>');
      const cells = [
        `\`${fileName}\``,
        inCell(setting.kind.expects),
        defaultText(one),
        others === '' ? '–' : others,
        setting.isLive ? 'live' : 'restart',
        inCell(setting.help),
      ];
      return `| ${cells.join(' | ')} |`;
    }),
  ];
}

/** The default for people: `33 MiB`, `330 seconds`, "not set". */
function defaultText({ setting }: DeclaredSetting): string {
  const { fallback, kind } = setting;
  if (fallback === undefined) return 'not set';
  if (typeof fallback === 'number' && kind.unit === 'bytes') return bytesText(fallback);
  if (typeof fallback === 'number' && kind.unit === 'seconds') return `${fallback} s`;
  return `\`${tomlValue(fallback)}\``;
}

/** A whole settings file in which every line is a remark that shows a default: `config init` writes it. */
export function sampleSettings(): string {
  const parts = [...sections].map(([section, { help }]) => [
    ...remark(help),
    `[${section}]`,
    '',
    ...[...settingsByKey.values()].filter((one) => one.section === section).flatMap((one) => sampleOf(one)),
  ]);
  return [...remark(sampleHead), '', ...parts.flat(), ...[...keyedSections].flatMap(sampleTable)].join('\n');
}

const sampleHead =
  `Settings of ${name}. Each key that is commented out shows its default, or an example where there is none; ` +
  'remove the "#" in front of it to change it. A saved change takes effect by itself, except where it says "restart".';

/** A table with a name is an example as a whole: its heading is commented out too, its keys are indented. */
function sampleTable([section, { help, sampleName }]: [string, KeyedSection]): string[] {
  const keys = settingsUnder(section, sampleName).flatMap((one) => sampleOf(one, '  '));
  return [...remark(help), `# [${section}.${sampleName}]`, '', ...keys];
}

function sampleOf({ fileName, setting }: DeclaredSetting, indent = ''): string[] {
  const { help, isLive, fallback, example } = setting;
  const shown = example === undefined ? fallback : setting.kind.fromText(example);
  const value = typeof fallback === 'number' && setting.kind.unit === 'bytes' ? bytesText(fallback) : shown;
  const suffix = isLive ? '' : ' (restart)';
  return [...remark(`${help}${suffix}`), `# ${indent}${fileName} = ${tomlValue(value)}`, ''];
}

/** Text as comment lines of at most 100 columns. */
function remark(text: string): string[] {
  const lines: string[] = [];
  let line = '#';
  for (const word of text.split(' ')) {
    if (line.length + word.length >= 100) {
      lines.push(line);
      line = '#';
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}

/** JSON's strings, numbers, booleans and lists of them are TOML's as well; its objects are not. */
function tomlValue(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(tomlValue).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const pairs = Object.entries(value).map(([name, one]) => `${JSON.stringify(name)} = ${tomlValue(one)}`);
  return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`;
}

function inCell(text: string): string {
  return text.replaceAll('|', String.raw`\|`);
}
