import { isRootsAlone } from '../base/path-owners.ts';
import { loadSettings, settingsFrom, type LoadedSettings } from '../config/load.ts';
import type { Machine } from '../service/service.ts';
import { isOfWindowsService } from '../service/windows-installed.ts';
import type { Cli } from './cli.ts';
import { machineOf } from './service-here.ts';

/** What decides which program is run. */
const deciding = ['update.feed_url', 'update.keys'];

/**
 * The settings of an update. What root puts in place runs as root the next time, so whoever says where that comes
 * from, and whose releases are believed, has all of root's rights. From a settings file in a home directory of
 * somebody else, such as the user of a service, root takes neither, and says so: only from the environment, a file
 * that the command names, or one that nobody but root could have written. So does everybody on Windows from that in
 * the home directory of the service: an administrator there asks with all their rights, or with few of them.
 *
 * @throws Problem config-invalid, …
 */
export async function settingsOfUpdate(cli: Cli, machine = machineOf(cli)): Promise<LoadedSettings> {
  const { places, env, terminal } = cli;
  const input = { places, env, flags: {} };
  const loaded = await loadSettings(input);
  const passedOver = deciding.filter((key) => loaded.sources.get(key)?.from === 'file');
  const isOurs = passedOver.length === 0 || places.isConfigNamed || (await isOwnHome(cli, machine));
  if (isOurs) return loaded;
  const who = machine.platform === 'win32' ? 'the service' : 'others than root';
  terminal.note(
    `${passedOver.join(' and ')} in ${places.config} are passed over: ${who} may write that file. Name one with --config to have it believed.`,
  );
  const { update } = settingsFrom(undefined, input).settings;
  return { ...loaded, settings: { ...loaded.settings, update } };
}

/** Whether the settings in this home directory say what whoever asks has chosen. */
async function isOwnHome({ places }: Cli, machine: Machine): Promise<boolean> {
  if (machine.platform === 'win32') return !(await isOfWindowsService(places.home, machine));
  return machine.uid !== 0 || isRootsAlone(places.config);
}
