import type { SavedSettingsView } from '../admin/contract-settings.ts';
import { localSettings, type SettingsManagement } from '../admin/settings.ts';
import { changedSettings } from '../config/changes.ts';
import { loadSettings } from '../config/load.ts';
import type { Action, Cli } from './cli.ts';
import { noteLog, withRunning } from './reach.ts';
import { plain } from './terminal.ts';

/** `config set KEY VALUE`: writes a setting into the file; a running proxy takes it up. */
export const configSet: Action<object> = (cli, _, [key = '', value = '']) => save(cli, key, value);

/** `config unset KEY`: takes a setting, or a whole table with a name, out of the file. */
export const configUnset: Action<object> = (cli, _, [key = '']) => save(cli, key, null);

async function save(cli: Cli, key: string, value: string | null): Promise<number> {
  const { terminal, isJson, places } = cli;
  const { saved, isRunning } = await withRunning(cli, async (proxy) => {
    const theirs = await proxy?.settings.view();
    // One that runs on another file has nothing to do with this one.
    const runs = proxy !== undefined && theirs?.file.path === places.config;
    const settings = runs ? proxy.settings : await settingsHere(cli);
    const { file } = await settings.view();
    return { saved: await settings.save([{ key, value }], file.base), isRunning: runs };
  });
  if (isJson) terminal.json({ path: places.config, ...saved });
  else {
    terminal.print(`saved ${plain(places.config)}`);
    if (isRunning) terminal.note(effectOf(saved));
  }
  return 0;
}

function effectOf({ changed, waitingForRestart }: SavedSettingsView): string {
  if (waitingForRestart.length > 0)
    return 'The running proxy goes on with the old value until it is started again.';
  return changed.length > 0 ? 'The running proxy uses it from now on.' : 'It was so already.';
}

/** The file itself, where no proxy runs on it. */
async function settingsHere(cli: Cli): Promise<SettingsManagement> {
  const input = { places: cli.places, env: cli.env, flags: {} };
  const loaded = await loadSettings(input);
  const { settings } = loaded;
  const reload = async () => ({
    changed: changedSettings(settings, (await loadSettings(input)).settings),
    waitingForRestart: [],
  });
  return localSettings({ settings, loaded, problem: undefined, input, reload }, noteLog(cli));
}
