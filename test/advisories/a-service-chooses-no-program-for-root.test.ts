import { describe, expect, test } from 'bun:test';
import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { machineOf } from '../../src/cli/service-here.ts';
import { settingsOfUpdate } from '../../src/cli/update-settings.ts';
import { publicKeyText } from '../../src/update/minisign.ts';
import { newSecretKey } from '../../src/update/secret-key.ts';
import { aCli } from '../help/a-cli.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { noStranger, stranger, strangersHome } from '../help/a-stranger.ts';

/*
 * The attack: whoever got the rights of the service's user writes a feed and a key of their own into the settings in
 * its home directory. The next `sudo claude-code-proxy update` loads their program, believes it, and runs it as root.
 */

if (noStranger !== undefined) console.warn(`SKIPPED: root and the settings of a service: ${noStranger}`);

const folder = temporaryFolders();
const key = publicKeyText(newSecretKey());
const theirs = `[update]\nfeed_url = "https://evil.example/"\nkeys = ["${key}"]\n`;

async function updateOf(cli: ReturnType<typeof aCli>, uid = 0) {
  const { settings } = await settingsOfUpdate(cli, { ...machineOf(cli), uid });
  return { feedUrl: settings.update.feedUrl, keys: settings.update.keys };
}

/** A home of somebody else, with their settings in it. */
function attacked(): string {
  const home = strangersHome(folder());
  writeFileSync(join(home, 'config.toml'), theirs);
  return home;
}

describe.skipIf(noStranger !== undefined)('root that updates a service', () => {
  test('takes neither feed nor keys from its home directory, and says so', async () => {
    const cli = aCli({ CCPROXY_HOME: attacked() });
    const usual = await updateOf(aCli({ CCPROXY_HOME: folder() }));
    expect(usual.keys).toEqual([]);
    expect(await updateOf(cli)).toEqual(usual);
    expect(cli.notes.join('')).toContain('update.feed_url and update.keys in');
    expect(cli.notes.join('')).toContain('are passed over: others than root may write that file.');
  });

  test('takes them from there no more where the file is root’s in a folder of theirs, or a link to it', async () => {
    const home = attacked();
    chownSync(join(home, 'config.toml'), 0, 0);
    expect((await updateOf(aCli({ CCPROXY_HOME: home }))).keys).toEqual([]);
    const place = folder();
    chmodSync(place, 0o755);
    mkdirSync(join(place, 'linked'));
    symlinkSync(join(home, 'config.toml'), join(place, 'linked', 'config.toml'));
    expect((await updateOf(aCli({ CCPROXY_HOME: join(place, 'linked') }))).keys).toEqual([]);
  });

  test('takes none from a file of root that others may write', async () => {
    const home = folder();
    writeFileSync(join(home, 'config.toml'), theirs);
    chmodSync(join(home, 'config.toml'), 0o666);
    expect((await updateOf(aCli({ CCPROXY_HOME: home }))).keys).toEqual([]);
  });

  test('takes them from the environment, whatever the file says', async () => {
    const env = {
      CCPROXY_HOME: attacked(),
      CCPROXY_UPDATE_FEED_URL: 'https://mine.example/',
      CCPROXY_UPDATE_KEYS: key,
    };
    expect(await updateOf(aCli(env))).toEqual({ feedUrl: 'https://mine.example/', keys: [key] });
  });

  test('takes them from a file that the command names, and from one of its own', async () => {
    const named = join(attacked(), 'config.toml');
    const expected = { feedUrl: 'https://evil.example/', keys: [key] };
    expect(await updateOf(aCli({ CCPROXY_HOME: folder() }, named))).toEqual(expected);
    const own = folder();
    writeFileSync(join(own, 'config.toml'), theirs, { mode: 0o600 });
    const cli = aCli({ CCPROXY_HOME: own });
    expect(await updateOf(cli)).toEqual(expected);
    expect(cli.notes).toEqual([]);
  });

  test('others go by their own settings', async () => {
    const cli = aCli({ CCPROXY_HOME: attacked() });
    expect((await updateOf(cli, stranger.uid)).keys).toEqual([key]);
    expect(cli.notes).toEqual([]);
  });
});
