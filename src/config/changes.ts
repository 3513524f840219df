import { isSameValue } from '../base/same-value.ts';
import {
  settingsIn,
  settingsOf,
  valueIn,
  tablesIn,
  type DeclaredSetting,
  type Settings,
} from './settings.ts';

/** The keys whose values differ, in order of declaration; those of tables with names come last. */
export function changedSettings(before: Settings, after: Settings): string[] {
  return changed(before, after).map(({ key }) => key);
}

/** The changed settings that take effect only after a restart. */
export function needsRestart(running: Settings, loaded: Settings): string[] {
  return changed(running, loaded)
    .filter(({ setting }) => !setting.isLive)
    .map(({ key }) => key);
}

function changed(before: Settings, after: Settings): DeclaredSetting[] {
  const all = new Map([...settingsIn(before), ...settingsIn(after)].map((one) => [one.key, one]));
  return [...all.values()].filter((one) => !isSameValue(valueIn(before, one), valueIn(after, one)));
}

/**
 * What holds after a reload: live settings as loaded, the others as the running proxy has them. Nobody
 * then reads from the settings that the proxy listens where it does not, or asks for keys when it does not.
 */
export function withLiveChanges(running: Settings, loaded: Settings): Settings {
  const values = settingsIn(loaded).map((one) => {
    const isNew = one.entry !== undefined && !tablesIn(running, one.section).has(one.entry);
    const winner = one.setting.isLive || isNew ? loaded : running;
    return [one.key, valueIn(winner, one)] as const;
  });
  return settingsOf(new Map(values));
}
