import type { SettingFlawView } from './contract-settings.ts';
import type { SettingsManagement } from './settings.ts';

/** Asks the running proxy, which has proved to be ours. */
type Ask = <T>(method: string, path: string, body?: unknown) => Promise<T>;

/** The settings of a running proxy: it alone knows its flags and its environment. */
export function remoteSettings(ask: Ask): SettingsManagement {
  return {
    view: () => ask('GET', '/control/settings'),
    async check(changes) {
      const { flaws } = await ask<{ flaws: SettingFlawView[] }>('POST', '/control/settings/check', {
        changes,
      });
      return flaws;
    },
    save: (changes, base) => ask('PATCH', '/control/settings', { changes, base }),
  };
}
