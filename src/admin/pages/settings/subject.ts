import { GatewayError } from '../../../base/errors.ts';
import { entryName } from '../../../config/setting.ts';
import type { SettingChange, SettingsView, SettingView } from '../../contract-settings.ts';
import { settingsOfNew } from '../../settings-view.ts';
import { fieldName, type Subject } from './form.tsx';
import { typedValue } from './words.ts';

/** Settings that are nothing without each other are changed in one form. */
const together: readonly (readonly string[])[] = [['server.tls_cert', 'server.tls_key']];

/** Stands for the name of a table while none is chosen. */
const unnamed = 'new';

type Fields = Readonly<Record<string, string>>;

/** What a form is about, from the words it was asked for with: `key`, `table`, or `section` for a new one. */
export function subjectOf(view: SettingsView, asked: Fields): Subject {
  const { key, table, section } = asked;
  const found =
    key !== undefined
      ? fixed(view, key)
      : table !== undefined
        ? named(view, table)
        : fresh(view, section, asked['entry']);
  if (found !== undefined) return found;
  throw new GatewayError('not_found', 'There is no such setting.');
}

function fixed({ settings }: SettingsView, key: string): Subject | undefined {
  const keys = together.find((group) => group.includes(key)) ?? [key];
  const chosen = settings.filter((one) => keys.includes(one.key) && one.isEditable);
  if (!chosen.some((one) => one.key === key)) return undefined;
  return {
    title: `Change ${chosen.map((one) => one.name).join(' and ')}`,
    hidden: { key },
    settings: chosen,
  };
}

function named({ settings }: SettingsView, table: string): Subject | undefined {
  // What is masked is left out: sent back, the mask would be saved.
  const chosen = settings.filter(
    ({ section, entry, isEditable }) => entry !== null && isEditable && `${section}.${entry}` === table,
  );
  return chosen.length === 0 ? undefined : { title: `Change ${table}`, hidden: { table }, settings: chosen };
}

function fresh(
  { sections }: SettingsView,
  section: string | undefined,
  entry: string | undefined,
): Subject | undefined {
  const found = sections.find(({ name }) => name === section);
  if (found === undefined || found.what === null) return undefined;
  const isName = entry !== undefined && entryName.test(entry);
  return {
    title: `Add ${found.what}`,
    hidden: { section: found.name },
    settings: settingsOfNew(found.name, isName ? entry : unnamed),
    what: found.what,
  };
}

/** What a form wants changed. Of a table only what it says now, or said before: the rest is not written. */
export function changesIn({ settings }: Subject, fields: Fields): SettingChange[] {
  return settings.flatMap((setting): SettingChange[] => {
    const text = fields[fieldName(setting)];
    if (text === undefined) return [];
    const value = typedValue(text, setting.input);
    return value === null && isAbsent(setting) ? [] : [{ key: setting.key, value }];
  });
}

/** Of what stands nowhere nothing has to be taken away. */
function isAbsent({ entry, inFile }: SettingView): boolean {
  return entry !== null && inFile === null;
}
