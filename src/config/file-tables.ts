import { closest } from './closest.ts';
import { isValue, type Flaw } from './flaws.ts';
import { joined, type Gathered, type Given } from './given.ts';
import { entryName } from './setting.ts';
import { keyedSections, sections, settingsByKey, settingsUnder, type DeclaredSetting } from './settings.ts';
import { printable, type Source } from './source.ts';

/** Where a key stands. */
export type SourceOf = (keys: readonly string[]) => Source;

/** One `[section]` of the file, or all the `[section.NAME]`s of one. */
export function fromTable(name: string, table: unknown, sourceOf: SourceOf): Gathered {
  const isKnown = sections.has(name) || keyedSections.has(name);
  if (!isKnown || !isTable(table)) {
    return { given: [], flaws: [wrongSection(name, table, sourceOf([name]))] };
  }
  if (sections.has(name)) return fromKeys([name], table, inSection(name), sourceOf);
  const parts = Object.entries(table).map(([entry, inner]) => fromNamed(name, entry, inner, sourceOf));
  return joined(parts);
}

/** One `[section.NAME]`. */
function fromNamed(section: string, entry: string, table: unknown, sourceOf: SourceOf): Gathered {
  const [key, source] = [`${section}.${entry}`, sourceOf([section, entry])];
  const flaw = (wrong: string, right: string): Gathered => ({
    given: [],
    flaws: [{ source, key, wrong, right }],
  });
  const isMisplaced = settingsUnder(section, 'NAME').some(({ fileName }) => fileName === entry);
  if (!isTable(table)) {
    const right = `write [${section}.NAME] above it, NAME being ${keyedSections.get(section)?.what ?? ''}`;
    return isMisplaced
      ? flaw('stands outside a table with a name', right)
      : flaw(
          isValue(table),
          `it must be a table: write [${section}.${printable(entry)}] on a line of its own`,
        );
  }
  if (!entryName.test(entry))
    return flaw('has a name that is not taken', 'use lower case letters, digits, "-" and "_", up to 40');
  const { given, flaws } = fromKeys([section, entry], table, settingsUnder(section, entry), sourceOf);
  return { given, flaws, tables: [{ key, section, entry, source }] };
}

/** The keys of one table, which stands at `path`. */
function fromKeys(
  path: readonly string[],
  table: Table,
  settings: readonly DeclaredSetting[],
  sourceOf: SourceOf,
): Gathered {
  const given: Given[] = [];
  const flaws: Flaw[] = [];
  for (const [fileName, value] of Object.entries(table)) {
    const keys = [...path, fileName];
    const key = keys.join('.');
    const declared = settings.find((one) => one.key === key);
    if (declared === undefined) {
      const right = rightKey(path.join('.'), fileName, settings);
      flaws.push({ source: sourceOf(keys), key, wrong: 'is not a setting', right });
    } else {
      const partSource = (part: readonly string[]): Source => sourceOf([...keys, ...part]);
      given.push({ declared, value, source: sourceOf(keys), sourceOf: partSource });
    }
  }
  return { given, flaws };
}

function inSection(name: string): DeclaredSetting[] {
  return [...settingsByKey.values()].filter(({ section }) => section === name);
}

/** A name at the top of the file that opens no section of ours. */
function wrongSection(name: string, value: unknown, source: Source): Flaw {
  if (sections.has(name) || keyedSections.has(name)) {
    const right = `it must be a section: write ${headingOf(name)} on a line of its own`;
    return { source, key: name, wrong: isValue(value), right };
  }
  if (isTable(value) || Array.isArray(value)) {
    const near = closest(name, headings());
    const right = near === undefined ? allSections() : `did you mean ${headingOf(near)}?`;
    return { source, key: name, wrong: 'is not a section', right };
  }
  const home = [...settingsByKey.values()].find(({ fileName }) => fileName === name);
  const right = home === undefined ? rightKey('', name, []) : `it belongs under [${home.section}]`;
  return { source, key: name, wrong: 'stands outside a section', right };
}

/** The setting that was meant: the same name elsewhere, else a near one, first of the same table. */
function rightKey(table: string, fileName: string, here: readonly DeclaredSetting[]): string {
  const all = [...settingsByKey.values()];
  const namesOf = (settings: readonly DeclaredSetting[]): string[] => settings.map((one) => one.fileName);
  const near = closest(fileName, namesOf(here)) ?? closest(fileName, namesOf(all));
  const meant =
    all.find((one) => one.fileName === fileName) ??
    here.find((one) => one.fileName === near) ??
    all.find((one) => one.fileName === near);
  if (meant !== undefined) return `did you mean ${meant.key}?`;
  if (here.length > 0) return `[${table}] has ${namesOf(here).join(', ')}`;
  return allSections();
}

function allSections(): string {
  return `the sections are ${headings().map(headingOf).join(', ')}`;
}

function headings(): string[] {
  return [...sections.keys(), ...keyedSections.keys()];
}

function headingOf(name: string): string {
  return keyedSections.has(name) ? `[${name}.NAME]` : `[${name}]`;
}

type Table = Readonly<Record<string, unknown>>;

function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
