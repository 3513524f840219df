import { product } from '../base/product.ts';
import { fileName, variableName, type Section, type Setting } from './setting.ts';
import { clients, routing } from './settings-calls.ts';
import { log } from './settings-log.ts';
import { server } from './settings-server.ts';
import { upstream } from './settings-upstream.ts';
import { vault } from './settings-vault.ts';

/** The one declaration of every setting, in the order people read them. */
const declared = { server, upstream, routing, clients, vault, log } as const;

type Values<Declared> = {
  readonly [Name in keyof Declared]: Declared[Name] extends Setting<infer Value> ? Value : never;
};

/**
 * All settings, checked and complete: `settings.server.maxBodyBytes`. Lengths of time are in seconds and
 * amounts in bytes, as their names say; paths are absolute.
 */
export type Settings = {
  readonly [Name in keyof typeof declared]: Values<(typeof declared)[Name]['settings']>;
};

/** A setting with everything that follows from where it is declared. */
export interface DeclaredSetting {
  /** As messages and `config show` name it, and as the file nests it: `server.max_body_bytes`. */
  readonly key: string;
  readonly section: string;
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

/** Every setting, in order of declaration, by key. */
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
    name,
    fileName: fileName(name),
    variables: short === undefined ? [general] : [general, `${product.envPrefix}${short}`],
    flag: setting.flag?.split(' ', 1)[0],
    setting,
  };
}

/**
 * The settings with `values` by key, which have passed the check of their own setting; the rest are
 * defaults. Frozen, so that nobody changes for all what they meant to change for themselves.
 */
export function settingsOf(values: ReadonlyMap<string, unknown>): Settings {
  const built: Record<string, Record<string, unknown>> = {};
  for (const name of sections.keys()) built[name] = {};
  for (const { key, section, name, setting } of settingsByKey.values()) {
    const target = built[section] ?? {};
    target[name] = values.has(key) ? values.get(key) : setting.fallback;
  }
  for (const section of Object.values(built)) Object.freeze(section);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- built from the declarations the type is made of
  return Object.freeze(built) as unknown as Settings;
}

/** The value of one setting, for code that goes through all of them. */
export function valueIn(settings: Settings, { section, name }: DeclaredSetting): unknown {
  const all: Readonly<Record<string, Readonly<Record<string, unknown>>>> = settings;
  return all[section]?.[name];
}

/** What holds when nobody says anything else. */
export const defaultSettings: Settings = settingsOf(new Map());
