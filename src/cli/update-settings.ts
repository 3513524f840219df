import { isRootsAlone } from '../base/path-owners.ts';
import { loadSettings, settingsFrom, type LoadedSettings } from '../config/load.ts';
import type { Cli } from './cli.ts';

/** What decides which program is run. */
const deciding = ['update.feed_url', 'update.keys'];

/**
 * The settings of an update. What root puts in place runs as root the next time, so whoever says where that comes
 * from, and whose releases are believed, has all of root's rights. From a settings file in a home directory of
 * somebody else, such as the user of a service, root takes neither, and says so: only from the environment, a file
 * that the command names, or one that nobody but root could have written.
 *
 * @param uid who asks; undefined on Windows
 * @throws Problem config-invalid, …
 */
export async function settingsOfUpdate(cli: Cli, uid = process.getuid?.()): Promise<LoadedSettings> {
  const { places, env, terminal } = cli;
  const input = { places, env, flags: {} };
  const isOurs = uid !== 0 || places.isConfigNamed || (await isRootsAlone(places.config));
  const loaded = await loadSettings(input);
  const passedOver = deciding.filter((key) => loaded.sources.get(key)?.from === 'file');
  if (isOurs || passedOver.length === 0) return loaded;
  terminal.note(
    `${passedOver.join(' and ')} in ${places.config} are passed over: others than root may write that file. Name one with --config to have root believe it.`,
  );
  const { update } = settingsFrom(undefined, input).settings;
  return { ...loaded, settings: { ...loaded.settings, update } };
}
