import { createHash } from 'node:crypto';
import { readlink, realpath } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { messageOf } from '../base/errors.ts';
import { makePrivateFolder, writePrivateFile } from '../base/files.ts';
import type { Log } from '../base/log.ts';
import { Problem } from '../base/problem.ts';
import type { Edit } from '../config/edit.ts';
import { fromFile, readSettingsFile } from '../config/file.ts';
import { SettingsProblem } from '../config/flaws.ts';
import { settingsFrom } from '../config/load.ts';
import type { SavedSettingsView, SettingChange, SettingFlawView, SettingsView } from './contract-settings.ts';
import { editsOf, flawView, isAbout } from './setting-changes.ts';
import { settingsView, type LiveView } from './settings-view.ts';

/** What the page and commands may do to the settings of a running proxy. */
export interface SettingsManagement {
  view(): Promise<SettingsView>;
  /** What would be wrong if these changes were saved: those of the changes first. Writes nothing. */
  check(changes: readonly SettingChange[]): Promise<readonly SettingFlawView[]>;
  /**
   * Writes changes into the file and takes them up. `base` is that of the view they were made from.
   *
   * @throws Problem setting-unknown, setting-fixed, settings-conflict, config-invalid, config-edit-failed,
   *   config-unwritable; nothing was written then
   */
  save(changes: readonly SettingChange[], base: string): Promise<SavedSettingsView>;
}

/** Links that are followed one after the other, as systems do (ELOOP). */
const mostLinks = 40;

/** The settings of a running proxy, changed in their file. */
export function localSettings(live: LiveView, log: Log): SettingsManagement {
  const { places } = live.input;
  let saving: Promise<unknown> = Promise.resolve();
  const save = async (changes: readonly SettingChange[], base: string): Promise<SavedSettingsView> => {
    const edits = editsOf(changes, live.loaded);
    const content = await readSettingsFile(places.config);
    if (baseOf(content) !== base) throw conflict(places.config);
    const text = await changed(content, edits);
    settingsFrom(text, live.input);
    await write(places.config, text);
    const keys = changes.map(({ key }) => key);
    log.info('settings saved', { keys: keys.join(' ') });
    const { waitingForRestart, changed: inEffect } = await live.reload();
    return { changed: inEffect, waitingForRestart: waitingForRestart.filter((key) => isAbout(key, keys)) };
  };
  return {
    async view() {
      const content = await readSettingsFile(places.config).catch(() => undefined);
      const inFile = content === undefined ? [] : fromFile(places.config, content).given;
      return settingsView(live, { exists: content !== undefined, base: baseOf(content), inFile });
    },
    async check(changes) {
      const content = await readSettingsFile(places.config);
      try {
        settingsFrom(await changed(content, editsOf(changes, live.loaded)), live.input);
        return [];
      } catch (error) {
        if (error instanceof SettingsProblem) return error.flaws.map(flawView);
        if (!(error instanceof Problem) || !error.code.startsWith('config-')) throw error;
        return [{ key: null, says: `${error.message} ${error.fix}` }];
      }
    },
    save(changes, base) {
      // One after the other: the second finds what the first has written.
      const done = saving.then(() => save(changes, base));
      saving = done.catch(() => undefined);
      return done;
    },
  };
}

/** Tells one content of the file from another. */
function baseOf(content: string | undefined): string {
  return content === undefined ? 'none' : createHash('sha256').update(content).digest('hex').slice(0, 24);
}

/** The editor is loaded when somebody changes something. */
async function changed(content: string | undefined, edits: readonly Edit[]): Promise<string> {
  const { editedToml } = await import('../config/edit.ts');
  try {
    return editedToml(content ?? '', edits);
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem(
      'config-invalid',
      `The settings file cannot be read: ${messageOf(error).split('\n', 1)[0] ?? ''}.`,
      'Correct it in an editor first.',
      { cause: error },
    );
  }
}

/** Atomically, and to where a link leads: the link stays. */
async function write(path: string, text: string): Promise<void> {
  try {
    const target = await endOfLinks(path);
    await makeFolder(dirname(target));
    await writePrivateFile(target, text);
  } catch (cause) {
    throw new Problem(
      'config-unwritable',
      `${path} could not be written: ${messageOf(cause)}.`,
      'Let the user of the proxy write it and its folder, or change it in an editor.',
      { cause },
    );
  }
}

/** Where a path leads, also where nothing is there yet: a mounted file may be made by the first change. */
async function endOfLinks(path: string, links = 0): Promise<string> {
  const real = await realpath(path).catch(() => undefined);
  if (real !== undefined) return real;
  const to = await readlink(path).catch(() => undefined);
  if (to === undefined) return path;
  if (links === mostLinks) throw new Error('too many links');
  const folder = await realpath(dirname(path)).catch(() => dirname(path));
  return endOfLinks(resolve(folder, to), links + 1);
}

/** A folder that is there is left as it is. */
async function makeFolder(folder: string): Promise<void> {
  const isThere = await realpath(folder).then(
    () => true,
    () => false,
  );
  if (!isThere) await makePrivateFolder(folder);
}

function conflict(path: string): Problem {
  return new Problem(
    'settings-conflict',
    `${path} was changed meanwhile, by somebody else or in another window.`,
    'Nothing was saved. Look at what holds now, and save again if you still want to.',
  );
}
