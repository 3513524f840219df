import { expect, test } from 'bun:test';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeRunFile } from '../../src/admin/run-file.ts';
import { RemoteProxy } from '../../src/admin/remote.ts';
import { wallClock } from '../../src/base/clock.ts';
import { Secret } from '../../src/base/secret.ts';
import { backgroundKeeper } from '../../src/cli/keepers.ts';
import { settingsOfUpdate } from '../../src/cli/update-settings.ts';
import { publicKeyText } from '../../src/update/minisign.ts';
import { newSecretKey } from '../../src/update/secret-key.ts';
import { openSender } from '../../src/wire/send.ts';
import { aCli } from '../help/a-cli.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { aMachine } from '../help/a-machine.ts';
import { aService } from '../help/a-windows-service.ts';

/*
 * The attack, on Windows: whoever got the rights of `NT SERVICE\claude-code-proxy` writes a feed and a key of their own
 * into the settings in its home directory, or a `run.json` that names a settings file of theirs. The next
 * `claude-code-proxy update` of an administrator loads their program and runs it, or starts a proxy as they say.
 */

const folder = temporaryFolders();
const key = publicKeyText(newSecretKey());
const theirs = `[update]\nfeed_url = "https://evil.example/"\nkeys = ["${key}"]\n`;

/** A Windows whose service keeps its files in `home`. */
function windows(home: string) {
  const replies = (command: string) =>
    command.startsWith('sc.exe qc') ? { out: aService(String.raw`C:\p.exe`, home) } : undefined;
  return aMachine(replies, { platform: 'win32', uid: undefined });
}

function withSettings(): string {
  const home = folder();
  writeFileSync(join(home, 'config.toml'), theirs);
  return home;
}

test('neither feed nor keys are taken from the home of the service, and that is said', async () => {
  const home = withSettings();
  const cli = aCli({ CCPROXY_HOME: home });
  const { settings } = await settingsOfUpdate(cli, windows(home));
  expect(settings.update.keys).toEqual([]);
  expect(settings.update.feedUrl).not.toBe('https://evil.example/');
  expect(cli.notes.join('')).toContain('are passed over: the service may write that file.');
});

test('they are from a file that the command names, and from the home of a person', async () => {
  const home = withSettings();
  const named = await settingsOfUpdate(
    aCli({ CCPROXY_HOME: home }, join(home, 'config.toml')),
    windows(home),
  );
  expect(named.settings.update.keys).toEqual([key]);
  const own = await settingsOfUpdate(aCli({ CCPROXY_HOME: withSettings() }), windows(home));
  expect(own.settings.update.keys).toEqual([key]);
});

test('nothing is started in the background that the service says was', async () => {
  const home = folder();
  const cli = aCli({ CCPROXY_HOME: home });
  const running = {
    pid: process.pid,
    url: 'http://127.0.0.1:8000',
    controlUrl: 'http://127.0.0.1:8000',
    controlToken: new Secret('planted-'.repeat(5)),
    startedAt: 1,
    version: '0.1.0',
    background: { config: join(home, 'evil.toml') },
  };
  await writeRunFile(cli.places.run, running);
  const sender = openSender({ clock: wallClock });
  const keeperOn = (machine: ReturnType<typeof windows>) =>
    backgroundKeeper(cli, sender, new RemoteProxy(running, sender), ['claude-code-proxy'], machine);
  expect(await keeperOn(windows(home))).toBeUndefined();
  expect(await keeperOn(windows(folder()))).toBeDefined();
  sender.close();
});
