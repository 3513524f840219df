import { ownCommand } from '../base/own-command.ts';
import { Problem } from '../base/problem.ts';
import { redacted } from '../base/redact.ts';
import type { Edit } from '../config/edit.ts';
import { type Flaw } from '../config/flaws.ts';
import type { LoadedSettings } from '../config/load.ts';
import { entryName } from '../config/setting.ts';
import { keyedSections, settingsByKey, settingsUnder, type DeclaredSetting } from '../config/settings.ts';
import { printable, sourceText } from '../config/source.ts';
import type { SettingChange, SettingFlawView } from './contract-settings.ts';

/**
 * What changes mean for the file.
 *
 * @throws Problem setting-unknown; setting-fixed for one that something before the file decides
 */
export function editsOf(changes: readonly SettingChange[], { sources }: LoadedSettings): Edit[] {
  return changes.map(({ key, value }): Edit => {
    const path = key.split('.');
    if (isWholeTable(path) && value === null) return { path, value: undefined };
    const declared = declaredFor(key);
    if (declared === undefined) throw unknown(key);
    if (declared.setting.isInFileOnly === true) {
      const title = `${key} decides what program runs on this machine, so it is not changed from here.`;
      throw new Problem('setting-fixed', title, 'Change it in the settings file, with an editor.');
    }
    const source = sources.get(declared.key);
    if (source !== undefined && source.from !== 'file' && source.from !== 'default') {
      const title = `${key} is decided by the ${sourceText(source)}, which goes before the file.`;
      throw new Problem('setting-fixed', title, 'Change it there, or take it away there first.');
    }
    if (value === null) return { path, value: undefined };
    const { fromText } = declared.setting.kind;
    return { path, value: typeof value === 'string' ? fromText(value) : value };
  });
}

/** The declaration of a setting, also of one in a table that is not there yet. */
export function declaredFor(key: string): DeclaredSetting | undefined {
  const fixed = settingsByKey.get(key);
  if (fixed !== undefined) return fixed;
  const [section = '', entry = ''] = key.split('.');
  if (!entryName.test(entry)) return undefined;
  return settingsUnder(section, entry).find((one) => one.key === key);
}

function isWholeTable(path: readonly string[]): boolean {
  const [section = '', entry = ''] = path;
  return path.length === 2 && keyedSections.has(section) && entryName.test(entry);
}

/** Whether `key` is one of `keys`, or in a table that one of them names. */
export function isAbout(key: string, keys: readonly string[]): boolean {
  return keys.some((one) => key === one || key.startsWith(`${one}.`) || key.startsWith(`${one}[`));
}

/** A mistake, without the place in a file that is not written yet. */
export function flawView({ key, wrong, right }: Flaw): SettingFlawView {
  const subject = key === undefined ? wrong : `${printable(key)} ${wrong}`;
  return { key: key ?? null, says: redacted(`${subject}; ${right}`) };
}

function unknown(key: string): Problem {
  const fix = `\`${ownCommand('config show')}\` lists the settings there are.`;
  return new Problem('setting-unknown', `There is no setting "${printable(key)}".`, fix);
}
