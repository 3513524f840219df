import { isValue, type Flaw } from './flaws.ts';
import { settingsByKey, type DeclaredSetting } from './settings.ts';
import type { Source } from './source.ts';

/** A table whose name people chose, as it was found. */
export interface NamedTable {
  /** `providers.company` */
  readonly key: string;
  readonly section: string;
  readonly entry: string;
  readonly source: Source;
}

/** A value somebody gave for a setting, not yet checked. */
export interface Given {
  readonly declared: DeclaredSetting;
  readonly value: unknown;
  readonly source: Source;
  /** Where a part of the value stands, for a list with one bad item. */
  readonly sourceOf?: (path: readonly string[]) => Source;
}

/** What one place says: values to check, and what is wrong about the place itself. */
export interface Gathered {
  readonly given: readonly Given[];
  readonly flaws: readonly Flaw[];
  readonly tables?: readonly NamedTable[];
}

/** What several places say, as one. */
export function joined(parts: readonly Gathered[]): Gathered {
  return {
    given: parts.flatMap(({ given }) => given),
    flaws: parts.flatMap(({ flaws }) => flaws),
    tables: parts.flatMap(({ tables = [] }) => tables),
  };
}

/** The checked value, or what is wrong with it. */
export type Read = { readonly value: unknown } | { readonly flaws: readonly Flaw[] };

/** Checks one value against its declaration. */
export function readGiven({ declared, value, source, sourceOf }: Given): Read {
  const { kind } = declared.setting;
  if (kind.isPlain?.(value) === true) return { value };
  const result = kind.schema().safeParse(value);
  if (result.success) return { value: result.data };
  const flaws = result.error.issues.map((issue): Flaw => {
    const path = issue.path.map(String);
    const culprit = partOf(value, path);
    return {
      source: path.length > 0 && sourceOf !== undefined ? sourceOf(path) : source,
      key: declared.key + path.map((part) => `[${part}]`).join(''),
      wrong: issue.code === 'custom' ? issue.message : isValue(culprit),
      right: `it must be ${(path.length > 0 ? kind.expectsOfItem : undefined) ?? kind.expects}`,
    };
  });
  return { flaws };
}

function partOf(value: unknown, path: readonly string[]): unknown {
  let part = value;
  for (const name of path) part = Object.entries(part ?? {}).find(([key]) => key === name)?.[1];
  return part;
}

/** Values a command or its flags gave, by key of the setting; text is read as a variable's would be. */
export function fromFlags(flags: Readonly<Record<string, unknown>>): Gathered {
  const given = Object.entries(flags)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]): Given => {
      const declared = settingsByKey.get(key);
      if (declared === undefined) throw new TypeError(`${key} is not a setting`);
      const { flag, setting } = declared;
      const source: Source = flag === undefined ? { from: 'command' } : { from: 'flag', flag };
      return { declared, source, value: typeof value === 'string' ? setting.kind.fromText(value) : value };
    });
  return { given, flaws: [] };
}
