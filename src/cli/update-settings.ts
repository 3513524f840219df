import { existsSync } from 'node:fs';
import { messageOf } from '../base/errors.ts';
import { firstBytesOfFile } from '../base/files.ts';
import { isRootsAlone, ownerOf, type Owner } from '../base/path-owners.ts';
import { Problem } from '../base/problem.ts';
import { loadSettings, settingsFrom, type LoadedSettings } from '../config/load.ts';
import { readExtraCa } from '../server/extra-ca.ts';
import type { Machine } from '../service/service.ts';
import { isOfWindowsService } from '../service/windows-installed.ts';
import { asOwner } from '../update/as-owner.ts';
import type { Cli } from './cli.ts';
import { machineOf } from './service-here.ts';

/** What decides which program is run. */
const deciding = ['update.feed_url', 'update.keys'];

/**
 * The settings of an update. What root puts in place runs as root the next time, so whoever says where that comes
 * from, and whose releases are believed, has all of root's rights. From a settings file in a home directory of
 * somebody else, such as the user of a service, root takes neither, and says so: only from the environment, a file
 * that the command names, or one that nobody but root could have written. So does everybody on Windows from that in
 * the home directory of the service: an administrator there asks with all their rights, or with few of them. The rest of
 * such a file root reads as its owner, so that a link there leads no further than they get themselves.
 *
 * @throws Problem config-invalid, …
 */
export async function settingsOfUpdate(cli: Cli, machine = machineOf(cli)): Promise<LoadedSettings> {
  const { places, env, terminal } = cli;
  const input = { places, env, flags: {} };
  const isOurs = places.isConfigNamed || (await isOwnHome(cli, machine));
  const loaded = isOurs ? await loadSettings(input) : await loadedAs(await ownerOf(places.home), input);
  const passedOver = deciding.filter((key) => loaded.sources.get(key)?.from === 'file');
  if (isOurs || passedOver.length === 0) return loaded;
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

/** @throws Problem config-unreadable, … */
async function loadedAs(
  owner: Owner | undefined,
  input: Parameters<typeof loadSettings>[0],
): Promise<LoadedSettings> {
  const { config } = input.places;
  return asOwner(owner, async () => {
    // A pipe would be waited for without end.
    if (existsSync(config)) await ordinary(config);
    return loadSettings(input);
  });
}

async function ordinary(path: string): Promise<void> {
  await firstBytesOfFile(path, 1).catch((cause: unknown) => {
    const fix = 'It must be a file that the user of the proxy may read.';
    throw new Problem('config-unreadable', `${path} cannot be read: ${messageOf(cause)}.`, fix, { cause });
  });
}

/**
 * The certificates that are trusted besides the usual ones where a feed is asked. Of a file that the settings of
 * somebody else name root reads what those may read.
 *
 * @throws Problem ca-unreadable
 */
export async function extraCaOfUpdate({ places }: Cli, loaded: LoadedSettings): Promise<string | undefined> {
  const path = loaded.settings.upstream.extraCa;
  const isTheirs =
    process.getuid?.() === 0 &&
    !places.isConfigNamed &&
    loaded.sources.get('upstream.extra_ca')?.from === 'file' &&
    !(await isRootsAlone(places.config));
  if (path === undefined || !isTheirs) return readExtraCa(path);
  return asOwner(await ownerOf(places.home), () => readExtraCa(path));
}
