import { isDeepStrictEqual } from 'node:util';
import { settingsByKey, settingsOf, valueIn, type Settings } from './settings.ts';

/** The keys whose values differ, in order of declaration. */
export function changedSettings(before: Settings, after: Settings): string[] {
  return [...settingsByKey.values()]
    .filter((one) => !isDeepStrictEqual(valueIn(before, one), valueIn(after, one)))
    .map(({ key }) => key);
}

/** The changed settings that take effect only after a restart. */
export function needsRestart(running: Settings, loaded: Settings): string[] {
  return changedSettings(running, loaded).filter((key) => settingsByKey.get(key)?.setting.isLive === false);
}

/**
 * What holds after a reload: live settings as loaded, the others as the running proxy has them. Nobody
 * then reads from the settings that the proxy listens where it does not, or asks for keys when it does not.
 */
export function withLiveChanges(running: Settings, loaded: Settings): Settings {
  const values = [...settingsByKey.values()].map((one) => {
    const winner = one.setting.isLive ? loaded : running;
    return [one.key, valueIn(winner, one)] as const;
  });
  return settingsOf(new Map(values));
}
