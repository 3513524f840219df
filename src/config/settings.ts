import { product } from '../base/product.ts';
import { fileName, variableName, type KeyedSection, type Section, type Setting } from './setting.ts';
import { accounts } from './settings-accounts.ts';
import { admin } from './settings-admin.ts';
import { budgets } from './settings-budgets.ts';
import { clients, routing } from './settings-calls.ts';
import { capture } from './settings-capture.ts';
import { database } from './settings-database.ts';
import { ledger } from './settings-ledger.ts';
import { log } from './settings-log.ts';
import { metrics } from './settings-metrics.ts';
import { openai } from './settings-openai.ts';
import { prices } from './settings-prices.ts';
import { providers } from './settings-providers.ts';
import { server } from './settings-server.ts';
import { update } from './settings-update.ts';
import { upstream } from './settings-upstream.ts';
import { vault } from './settings-vault.ts';

/** The one declaration of every setting, in the order people read them. */
const declared = {
  server,
  admin,
  upstream,
  accounts,
  routing,
  clients,
  openai,
  vault,
  database,
  ledger,
  capture,
  log,
  metrics,
  update,
} as const;

/** The same for settings that stand under names people choose. */
const declaredByName = { providers, budgets, prices } as const;

type Values<Declared> = {
  readonly [Name in keyof Declared]: Declared[Name] extends Setting<infer Value> ? Value : never;
};

/**
 * All settings, checked and complete: `settings.server.maxBodyBytes`, `settings.providers.get('company')`.
 * Lengths of time are in seconds and amounts in bytes, as their names say; paths are absolute.
 */
export type Settings = {
  readonly [Name in keyof typeof declared]: Values<(typeof declared)[Name]['settings']>;
} & {
  readonly [Name in keyof typeof declaredByName]: ReadonlyMap<
    string,
    Values<(typeof declaredByName)[Name]['settings']>
  >;
};

/** What the settings say of one provider. */
export type ProviderSettings = Values<typeof providers.settings>;

/** What the settings say of one budget. */
export type BudgetSettings = Values<typeof budgets.settings>;

/** A setting with everything that follows from where it is declared. */
export interface DeclaredSetting {
  /** As messages and `config show` name it, and as the file nests it: `server.max_body_bytes`. */
  readonly key: string;
  readonly section: string;
  /** The name people chose for the table it stands in, where its section has such tables. */
  readonly entry: string | undefined;
  /** In the program: `maxBodyBytes`. */
  readonly name: string;
  /** In the file: `max_body_bytes`. */
  readonly fileName: string;
  /** The general variable and, where there is one, the short one. */
  readonly variables: readonly string[];
  /** `--port`, where there is one. */
  readonly flag: string | undefined;
  readonly setting: Setting<unknown>;
}

/** The `[headings]` of the file. */
export const sections: ReadonlyMap<string, Section> = new Map<string, Section>(Object.entries(declared));

/** The `[headings.NAME]` of the file. */
export const keyedSections: ReadonlyMap<string, KeyedSection> = new Map<string, KeyedSection>(
  Object.entries(declaredByName),
);

/** Every setting with a fixed place, in order of declaration, by key. */
export const settingsByKey: ReadonlyMap<string, DeclaredSetting> = new Map(
  [...sections].flatMap(([section, { settings }]) =>
    Object.entries(settings).map(([name, setting]) => {
      const one = place(section, name, setting);
      return [one.key, one] as const;
    }),
  ),
);

function place(section: string, name: string, setting: Setting<unknown>): DeclaredSetting {
  const general = variableName(section, name);
  const short = setting.shortVariable;
  return {
    key: `${section}.${fileName(name)}`,
    section,
    entry: undefined,
    name,
    fileName: fileName(name),
    variables: short === undefined ? [general] : [general, `${product.envPrefix}${short}`],
    flag: setting.flag?.split(' ', 1)[0],
    setting,
  };
}

/** The settings of one table of a section with names: of `[providers.company]`. None for other sections. */
export function settingsUnder(section: string, entry: string): DeclaredSetting[] {
  return Object.entries(keyedSections.get(section)?.settings ?? {}).map(([name, setting]) => ({
    key: `${section}.${entry}.${fileName(name)}`,
    section,
    entry,
    name,
    fileName: fileName(name),
    variables: [],
    flag: undefined,
    setting,
  }));
}

/** Every setting that `settings` hold: those with a fixed place, then those of each table with a name. */
export function settingsIn(settings: Settings): DeclaredSetting[] {
  const named = [...keyedSections.keys()].flatMap((section) =>
    [...tablesIn(settings, section).keys()].flatMap((entry) => settingsUnder(section, entry)),
  );
  return [...settingsByKey.values(), ...named];
}

/**
 * The settings with `values` by key, which have passed the check of their own setting; the rest are
 * defaults. Frozen, so that nobody changes for all what they meant to change for themselves.
 */
export function settingsOf(values: ReadonlyMap<string, unknown>): Settings {
  const built: Record<string, unknown> = {};
  for (const name of sections.keys()) {
    built[name] = tableOf(
      [...settingsByKey.values()].filter(({ section }) => section === name),
      values,
    );
  }
  for (const name of keyedSections.keys()) {
    const entries = entriesIn(values, name);
    built[name] = new Map(entries.map((entry) => [entry, tableOf(settingsUnder(name, entry), values)]));
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- built from the declarations the type is made of
  return Object.freeze(built) as unknown as Settings;
}

type Table = Readonly<Record<string, unknown>>;

function tableOf(settings: readonly DeclaredSetting[], values: ReadonlyMap<string, unknown>): Table {
  return Object.freeze(
    Object.fromEntries(
      settings.map(({ key, name, setting }) => [name, values.has(key) ? values.get(key) : setting.fallback]),
    ),
  );
}

/** The names of the tables that `values` speak of. A name holds no dot, so a key can be taken apart. */
function entriesIn(values: ReadonlyMap<string, unknown>, section: string): string[] {
  const parts = [...values.keys()].map((key) => key.split('.'));
  return [...new Set(parts.filter(([first]) => first === section).map(([, entry = '']) => entry))];
}

/** The value of one setting, for code that goes through all of them; undefined where its table is not there. */
export function valueIn(settings: Settings, { section, entry, name }: DeclaredSetting): unknown {
  if (entry !== undefined) return tablesIn(settings, section).get(entry)?.[name];
  const all: Readonly<Record<string, unknown>> = settings;
  const table = all[section];
  return isTable(table) ? table[name] : undefined;
}

/** The tables with names under `section`. */
export function tablesIn(settings: Settings, section: string): ReadonlyMap<string, Table> {
  const all: Readonly<Record<string, unknown>> = settings;
  const tables = all[section];
  return tables instanceof Map ? tables : new Map<string, Table>();
}

function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null;
}

/** What holds when nobody says anything else. */
export const defaultSettings: Settings = settingsOf(new Map());
