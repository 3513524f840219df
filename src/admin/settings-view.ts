import * as z from 'zod';
import { isDeepStrictEqual } from 'node:util';
import { basename } from 'node:path';
import type { Problem } from '../base/problem.ts';
import { redacted } from '../base/redact.ts';
import { needsRestart } from '../config/changes.ts';
import type { Given } from '../config/given.ts';
import type { LoadedSettings, SettingsInput } from '../config/load.ts';
import { fileName, type Kind } from '../config/setting.ts';
import {
  keyedSections,
  sections,
  settingsIn,
  tablesIn,
  valueIn,
  type DeclaredSetting,
  type Settings,
} from '../config/settings.ts';
import { sourceText, type Source } from '../config/source.ts';
import type { ReloadView } from './contract.ts';
import type {
  SettingInput,
  SettingSourceView,
  SettingsSectionView,
  SettingsView,
  SettingView,
} from './contract-settings.ts';
import { declaredFor } from './setting-changes.ts';

/** The settings of this process. */
export interface LiveView {
  /** What holds now. */
  readonly settings: Settings;
  /** What was read last and held together. */
  readonly loaded: LoadedSettings;
  /** Why what stands in the file now is not in use. */
  readonly problem: Problem | undefined;
  readonly input: SettingsInput;
  reload(): Promise<ReloadView>;
}

interface FileNow {
  readonly exists: boolean;
  readonly base: string;
  /** What it says, value by value, as it says it. */
  readonly inFile: readonly Given[];
}

/** Every setting there is, with what holds, why, and what can be done about it. */
export function settingsView(live: LiveView, { exists, base, inFile }: FileNow): SettingsView {
  const { settings, loaded, problem, input } = live;
  const raw = new Map(inFile.map(({ declared, value }) => [declared.key, value]));
  const waiting = needsRestart(settings, loaded.settings);
  const all = settingsIn(loaded.settings).map((declared) =>
    settingView(declared, {
      value: valueIn(settings, declared),
      source: loaded.sources.get(declared.key) ?? { from: 'default' },
      inFile: raw.get(declared.key),
      waitsForRestart: waiting.includes(declared.key),
    }),
  );
  return {
    file: { path: input.places.config, exists, base },
    problem:
      problem === undefined
        ? null
        : { code: problem.code, title: redacted(problem.message), fix: problem.fix },
    sections: sectionViews(loaded.settings),
    settings: all,
    waitingForRestart: waiting,
  };
}

/** The settings of a table that is not there yet, each at its default; none for a section without such tables. */
export function settingsOfNew(section: string, entry: string): SettingView[] {
  return Object.keys(keyedSections.get(section)?.settings ?? {}).flatMap((name) => {
    const declared = declaredFor(`${section}.${entry}.${fileName(name)}`);
    if (declared === undefined) return [];
    const { fallback } = declared.setting;
    return [settingView(declared, { value: fallback, source: { from: 'default' }, waitsForRestart: false })];
  });
}

function sectionViews(settings: LiveView['settings']): SettingsSectionView[] {
  const fixed = [...sections].map(([name, { help }]) => ({ name, help, what: null, entries: [] }));
  const named = [...keyedSections].map(([name, { help, what }]) => ({
    name,
    help,
    what,
    entries: [...tablesIn(settings, name).keys()],
  }));
  return [...fixed, ...named];
}

interface Standing {
  readonly value: unknown;
  readonly source: Source;
  readonly inFile?: unknown;
  readonly waitsForRestart: boolean;
}

function settingView(
  { key, section, entry, fileName: inItsFile, setting }: DeclaredSetting,
  { value, source, inFile, waitsForRestart }: Standing,
): SettingView {
  const { help, kind, fallback, isLive, example, isInFileOnly = false } = setting;
  const shown = masked(inFile);
  return {
    key,
    section,
    entry: entry ?? null,
    name: inItsFile,
    help,
    expects: kind.expects,
    ...inputOf(kind),
    unit: kind.unit ?? null,
    value: masked(value) ?? null,
    default: fallback ?? null,
    example: example ?? null,
    source: sourceView(source),
    inFile: shown ?? null,
    isLive,
    waitsForRestart,
    // What is masked cannot be written back as it was.
    isEditable:
      !isInFileOnly &&
      (source.from === 'file' || source.from === 'default') &&
      isDeepStrictEqual(shown, inFile),
  };
}

function sourceView(source: Source): SettingSourceView {
  if (source.from !== 'file') return { from: source.from, words: sourceText(source) };
  return { from: 'file', words: `${basename(source.file)}, line ${source.line}` };
}

/** Text in a value without what has the shape of a credential: a URL with a password, a pasted key. */
function masked(value: unknown): unknown {
  if (typeof value === 'string') return redacted(value);
  if (Array.isArray(value)) return value.map(masked);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, masked(inner)]));
}

/** How a value of this kind is typed: its own schema says so. */
function inputOf(kind: Kind<unknown>): { input: SettingInput; choices: readonly string[] } {
  const schema = z.toJSONSchema(kind.schema(), { io: 'input', unrepresentable: 'any' });
  const input = inputs[String(schema.type)];
  if (schema.enum !== undefined) return { input: 'choice', choices: schema.enum.map(String) };
  return { input: input ?? 'text', choices: [] };
}

const inputs: Readonly<Record<string, SettingInput>> = {
  boolean: 'switch',
  integer: 'number',
  number: 'number',
  array: 'list',
  object: 'table',
};
