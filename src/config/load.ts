import { dirname, resolve } from 'node:path';
import { Problem } from '../base/problem.ts';
import { ownCommand } from '../base/own-command.ts';
import { checkedBudgets } from './budget-checks.ts';
import { fromEnvironment, type Environment } from './environment.ts';
import { fromFile, readSettingsFile } from './file.ts';
import { isSafeUrl } from './hosts.ts';
import { SettingsProblem, type Flaw } from './flaws.ts';
import { fromFlags, joined, readGiven, type Gathered, type NamedTable } from './given.ts';
import { withHome, type Places } from './places.ts';
import { checkedPrices } from './price-checks.ts';
import { checkedProviders, checkedSignIns } from './provider-checks.ts';
import { settingsByKey, settingsOf, type Settings } from './settings.ts';
import type { Source } from './source.ts';

/** Everything that settings can come from. */
export interface SettingsInput {
  readonly places: Pick<Places, 'config' | 'isConfigNamed' | 'userHome'>;
  readonly env: Environment;
  /**
   * What the command line says, by key: `{ 'server.port': '8080' }`. Text is read as a variable's would
   * be, anything else as a value of the file, undefined is not given. A key without a flag is something
   * the command sets by itself.
   */
  readonly flags: Readonly<Record<string, unknown>>;
}

/** Settings that hold together, and how they came about. */
export interface LoadedSettings {
  readonly settings: Settings;
  /** Where the value of each setting comes from, by key (`server.port`). */
  readonly sources: ReadonlyMap<string, Source>;
  /** What the settings file held, undefined when there was none: tells a later look whether it changed. */
  readonly content: string | undefined;
}

/**
 * Reads and checks all settings: flags before environment before file before defaults.
 *
 * @throws {SettingsProblem} `config-invalid` with every mistake of every source
 * @throws {Problem} `config-missing` when a named file is not there, `config-unreadable` when it is no text
 */
export async function loadSettings(input: SettingsInput): Promise<LoadedSettings> {
  const { config, isConfigNamed } = input.places;
  const content = await readSettingsFile(config);
  if (content === undefined && isConfigNamed) {
    const fix = `Correct the path, or write a first file with \`${ownCommand('config init')}\`.`;
    throw new Problem('config-missing', `There is no settings file ${config}.`, fix);
  }
  return settingsFrom(content, input);
}

/**
 * The same for a text at hand, which need not be in the file yet: a page can check what somebody types.
 *
 * @throws {SettingsProblem} `config-invalid` with every mistake of every source
 */
export function settingsFrom(content: string | undefined, input: SettingsInput): LoadedSettings {
  const gathered = joined([
    content === undefined ? { given: [], flaws: [] } : fromFile(input.places.config, content),
    fromEnvironment(input.env),
    fromFlags(input.flags),
  ]);
  const { values, sources, flaws } = checkedOneByOne(gathered, input);
  const settings = settingsOf(values);
  const together = checkedTogether(settings, sources, flaws);
  const tables = soundTables(gathered, flaws);
  const checks = [checkedProviders, checkedPrices, checkedBudgets];
  const named = checks.flatMap((check) => check(settings, tables));
  const before = [...flaws, ...together, ...named];
  const all = [...before, ...checkedSignIns(settings, sources, before)];
  if (all.length > 0) throw new SettingsProblem(all.toSorted(asRead));
  return { settings, sources, content };
}

/** The order in which a person goes through them: down the file, then the variables, then the flags. */
function asRead({ source: a }: Flaw, { source: b }: Flaw): number {
  const order = ['file', 'environment', 'flag', 'command', 'default'];
  if (a.from === 'file' && b.from === 'file') return a.line - b.line || a.column - b.column;
  return order.indexOf(a.from) - order.indexOf(b.from);
}

interface Checked {
  readonly values: ReadonlyMap<string, unknown>;
  readonly sources: ReadonlyMap<string, Source>;
  readonly flaws: readonly Flaw[];
}

/** Every value is checked, also one that a later source overrules: it would bite when that goes away. */
function checkedOneByOne(gathered: Gathered, input: SettingsInput): Checked {
  const values = new Map<string, unknown>();
  const sources = new Map<string, Source>([...settingsByKey.keys()].map((key) => [key, { from: 'default' }]));
  const flaws = [...gathered.flaws];
  for (const given of gathered.given) {
    const { key, setting } = given.declared;
    const read = readGiven(given);
    if ('flaws' in read) {
      flaws.push(...read.flaws);
      continue;
    }
    const { value } = read;
    const isPath = setting.kind.isPath === true && typeof value === 'string';
    values.set(key, isPath ? absolute(value, input) : value);
    sources.set(key, given.source);
  }
  return { values, sources, flaws };
}

/** Paths start from the folder of the settings file, whoever gives them: a service has no folder it works in. */
function absolute(path: string, { places }: SettingsInput): string {
  return resolve(dirname(places.config), withHome(path, places.userHome));
}

/**
 * What no setting can know alone. A pair of which one has a flaw already is left alone, and so is
 * everything while the file cannot be read: one mistake, one line.
 */
function checkedTogether(
  { server, metrics }: Settings,
  sources: ReadonlyMap<string, Source>,
  flaws: readonly Flaw[],
): Flaw[] {
  const found: Flaw[] = [];
  const complain = (key: string, other: string, wrong: string, right: string): void => {
    const isKnown = flaws.some((flaw) => isWholeFile(flaw) || flaw.key === key || flaw.key === other);
    if (!isKnown) found.push({ source: sources.get(key) ?? { from: 'default' }, key, wrong, right });
  };
  const tls = ['server.tls_cert', 'server.tls_key'] as const;
  if (server.tlsCert !== undefined && server.tlsKey === undefined) {
    complain(...tls, 'stands alone', `set ${tls[1]} as well`);
  }
  if (server.tlsKey !== undefined && server.tlsCert === undefined) {
    complain(tls[1], tls[0], 'stands alone', `set ${tls[0]} as well`);
  }
  if (server.maxBodyBytes > server.maxHeldBytes) {
    const [body, held] = ['server.max_body_bytes', 'server.max_held_bytes'] as const;
    const isBodyGiven = sources.get(body)?.from !== 'default';
    if (isBodyGiven) complain(body, held, `is ${server.maxBodyBytes}`, atMost(held, server.maxHeldBytes));
    else complain(held, body, `is ${server.maxHeldBytes}`, atLeast(body, server.maxBodyBytes));
  }
  const [variable, file] = ['metrics.otlp_headers_env', 'metrics.otlp_headers_file'] as const;
  if (metrics.otlpHeadersEnv !== undefined && metrics.otlpHeadersFile !== undefined)
    complain(file, variable, `stands beside ${variable}`, 'set one of them');
  const hasHeaders = metrics.otlpHeadersEnv !== undefined || metrics.otlpHeadersFile !== undefined;
  if (hasHeaders && metrics.otlpUrl !== undefined && !isSafeUrl(new URL(metrics.otlpUrl)))
    complain(
      'metrics.otlp_url',
      variable,
      'is not https, and its headers would travel unencrypted',
      'write an https URL',
    );
  return found;
}

/** Tables with names that have no flaw of their own: one mistake, one line. */
function soundTables({ tables = [] }: Gathered, flaws: readonly Flaw[]): NamedTable[] {
  return tables.filter(({ key }) => !flaws.some((flaw) => flaw.key?.startsWith(`${key}.`) === true));
}

function isWholeFile({ source, key }: Flaw): boolean {
  return source.from === 'file' && key === undefined;
}

function atMost(key: string, amount: number): string {
  return `it must be at most ${key}, which is ${amount}`;
}

function atLeast(key: string, amount: number): string {
  return `it must be at least ${key}, which is ${amount}`;
}
