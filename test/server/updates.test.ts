import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { placesOf } from '../../src/config/places.ts';
import { defaultSettings } from '../../src/config/settings.ts';
import { openUpdates } from '../../src/server/updates.ts';
import { publicKeyText } from '../../src/update/minisign.ts';
import { recall, remember } from '../../src/update/memory.ts';
import { openSender } from '../../src/wire/send.ts';
import type { Sender } from '../../src/wire/sender.ts';
import { HandClock } from '../help/a-clock.ts';
import { until } from '../help/a-command.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { MemoryLog } from '../help/a-log.ts';
import { ReleaseServer } from '../help/a-release.ts';

const folder = temporaryFolders();
const minute = 60_000;
const day = 24 * 60 * minute;
let server: ReleaseServer;
let sender: Sender;
const closing: (() => void | Promise<void>)[] = [];

beforeEach(async () => {
  server = await ReleaseServer.start();
  sender = openSender({ clock: new HandClock() });
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  sender.close();
  await server.close();
});

/** A running proxy that looks for newer versions; its clock is turned by hand. */
function aWatch({
  check = true,
  marker,
  home = folder(),
}: { check?: boolean; marker?: string; home?: string } = {}) {
  const clock = new HandClock(Date.now());
  const log = new MemoryLog();
  const binary = join(home, 'claude-code-proxy');
  if (marker !== undefined) writeFileSync(`${binary}.install.json`, marker);
  const { url, keys } = server.feed;
  const update = { check, feedUrl: url.href, keys: keys.map(() => publicKeyText(server.key)) };
  const places = placesOf({ env: { CCPROXY_HOME: home }, userHome: home, workingFolder: home });
  const newer = openUpdates({
    places,
    env: {},
    live: { settings: { ...defaultSettings, update } } as never,
    gateway: { sender, random: () => 0.5 },
    clock,
    log: log as never,
    closing,
    target: 'linux-amd64',
    binary,
  });
  /** Turns the clock until the round that is due has come to its end. */
  const turn = async (ms: number): Promise<void> => {
    await clock.turn(ms);
    // While somebody is asked there is a timer as well, that of their patience: a sooner one than any round's.
    await until(() => clock.waiting === 1 && clock.soonestMs > minute);
  };
  return { newer, clock, log, places, home, turn };
}

describe.if(process.platform !== 'win32')('a running proxy', () => {
  test('looks some time after the start, and then once a day', async () => {
    const { newer, turn, places } = aWatch();
    server.publish({ version: '9.0.0' });
    expect(server.asked).toEqual([]);
    await turn(minute);
    expect(newer()).toBeNull();
    expect(server.asked).toEqual([]);
    await turn(31 * minute);
    expect(newer()).toBe('9.0.0');
    expect(server.asked).toEqual(['checksums.txt.minisig', 'checksums.txt', 'release.json']);
    await turn(day - 2 * minute);
    expect(server.asked.length).toBe(3);
    server.publish({ version: '9.1.0' });
    await turn(2 * minute);
    await turn(31 * minute);
    expect(newer()).toBe('9.1.0');
    expect((await recall(places.update)).highest).toBe('9.1.0');
  });

  test('knows at once what an earlier look has found', async () => {
    const home = folder();
    await remember(join(home, 'update.json'), { looked: { at: Date.now(), offered: '9.0.0' } });
    const { newer, turn } = aWatch({ home });
    await turn(minute);
    expect(newer()).toBe('9.0.0');
    expect(server.asked).toEqual([]);
  });

  test('goes on where the feed is of no use, and remembers why', async () => {
    const { newer, turn, log, places } = aWatch();
    await turn(minute);
    await turn(31 * minute);
    expect(newer()).toBeNull();
    expect(log.events('info')).toContain('the feed of newer versions is of no use');
    expect((await recall(places.update)).looked?.trouble).toMatchObject({ code: 'update-feed-refused' });
    server.publish({ version: '9.0.0' });
    await turn(day + 31 * minute);
    await turn(31 * minute);
    expect(newer()).toBe('9.0.0');
  });

  test('asks nobody where the setting says so', async () => {
    const { newer, turn } = aWatch({ check: false });
    server.publish({ version: '9.0.0' });
    await turn(minute);
    await turn(31 * minute);
    await turn(day);
    expect(newer()).toBeNull();
    expect(server.asked).toEqual([]);
  });

  test('asks nobody where a package manager keeps track of it', async () => {
    const { newer, clock } = aWatch({ marker: '{"by":"deb","update":"apt"}' });
    server.publish({ version: '9.0.0' });
    await clock.turn(minute);
    await until(() => clock.waiting === 0);
    expect(newer()).toBeNull();
    expect(server.asked).toEqual([]);
  });
});
