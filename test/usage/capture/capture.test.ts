import { afterEach, describe, expect, test } from 'bun:test';
import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { defaultSettings } from '../../../src/config/settings.ts';
import { Capture } from '../../../src/usage/capture/capture.ts';
import { HandClock } from '../../help/a-clock.ts';
import { temporaryFolders } from '../../help/a-folder.ts';
import { aKeptCall, MemoryVault, pass } from '../../help/a-kept-call.ts';
import { MemoryLog } from '../../help/a-log.ts';

const folder = temporaryFolders();
const open: Capture[] = [];
afterEach(async () => {
  for (const capture of open.splice(0)) await capture.close();
});

function aCapture(
  more: { mostHeldBytes?: number; folder?: string; vault?: MemoryVault; clock?: HandClock } = {},
) {
  const captures = more.folder ?? join(folder(), 'capture');
  const { vault = new MemoryVault(), clock = new HandClock() } = more;
  const log = new MemoryLog();
  const settings = { ...defaultSettings.capture, enabled: true };
  const { mostHeldBytes } = more;
  const capture = new Capture({
    folder: captures,
    vault,
    clock,
    log,
    settings: () => settings,
    ...(mostHeldBytes !== undefined && { mostHeldBytes }),
  });
  open.push(capture);
  const ids = async (): Promise<string[]> => {
    await capture.flush();
    return (await capture.archive.list({ limit: 1_000 })).calls.map(({ about }) => about.requestId);
  };
  const files = (): string[] => (existsSync(captures) ? readdirSync(captures).toSorted() : []);
  return { capture, captures, vault, clock, log, settings, ids, files };
}

describe('calls that are over', () => {
  test('are written in one file a day, of which the key lies in the vault', async () => {
    const { capture, ids, files, vault, clock } = aCapture();
    pass(capture, { requestId: 'req_1' });
    pass(capture, { requestId: 'req_2' });
    expect(await ids()).toEqual(['req_1', 'req_2']);
    await clock.turn(86_400_000);
    pass(capture, { requestId: 'req_3' });
    expect(await ids()).toEqual(['req_1', 'req_2', 'req_3']);
    expect(files().map((name) => name.slice(0, 10))).toEqual(['2026-11-22', '2026-11-23']);
    expect([...vault.secrets.keys()].map((id) => `${id.slice('capture.'.length)}.capture`)).toEqual(files());
    expect(capture.look()).toEqual({ kept: 3, dropped: 0, trouble: undefined });
  });

  test('are kept of the clients and accounts that the settings name, by name or id', async () => {
    const { capture, settings, ids } = aCapture();
    Object.assign(settings, { clients: ['ANN', 'key_2'], accounts: ['work'] });
    const work = { accountId: 'acc_1', accountName: 'Work' };
    expect(pass(capture, { requestId: 'by name', clientId: 'key_1', clientName: 'ann', ...work })).toBe(true);
    expect(pass(capture, { requestId: 'by id', clientId: 'key_2', clientName: 'bob', ...work })).toBe(true);
    expect(pass(capture, { requestId: 'another', clientId: 'local', clientName: 'local', ...work })).toBe(
      false,
    );
    pass(capture, { requestId: 'elsewhere', clientId: 'key_2', accountId: 'acc_2', accountName: 'home' });
    expect(await ids()).toEqual(['by name', 'by id']);
  });

  test('are not kept while it is off, nor when it was turned off before they ended', async () => {
    const { capture, settings, files } = aCapture();
    const keeping = capture.begin({ id: 'local', name: 'local' });
    Object.assign(settings, { enabled: false });
    keeping?.over({ ...aKeptCall('req_1', '').about } as never, { request: [], answer: [] });
    expect(pass(capture, {})).toBe(false);
    await capture.flush();
    expect(files()).toEqual([]);
  });

  test('go to a new file where somebody deleted the one there was', async () => {
    const { capture, captures, ids, files } = aCapture();
    pass(capture, { requestId: 'req_1' });
    await capture.flush();
    rmSync(join(captures, files()[0]!));
    pass(capture, { requestId: 'req_2' });
    expect(await ids()).toEqual(['req_2']);
  });

  test('of two proxies with one home go to a file each', async () => {
    const first = aCapture();
    const second = aCapture({ folder: first.captures, vault: first.vault });
    for (let number = 0; number < 20; number += 1) {
      pass(first.capture, { requestId: `first ${number}` });
      pass(second.capture, { requestId: `second ${number}` });
    }
    await second.capture.flush();
    expect(await first.ids()).toHaveLength(40);
    expect(first.files()).toHaveLength(2);
  });
});

describe('what does not get through', () => {
  test('is dropped and counted where too much waits', async () => {
    const { capture, ids, log } = aCapture({ mostHeldBytes: 5_000 });
    for (let number = 1; number <= 4; number += 1) pass(capture, { requestId: `req_${number}` });
    expect(capture.look().dropped).toBe(2);
    expect(log.events('warn')).toEqual(['captures are dropped: more is said than can be written']);
    expect(await ids()).toEqual(['req_1', 'req_2']);
    pass(capture, { requestId: 'req_5' });
    expect(await ids()).toEqual(['req_1', 'req_2', 'req_5']);
  });

  test('is dropped and counted while the vault is shut, with one warning; then it goes on', async () => {
    const { capture, vault, log, clock, ids, files } = aCapture();
    vault.trouble = new Error('the vault is shut');
    pass(capture, { requestId: 'req_1' });
    pass(capture, { requestId: 'req_2' });
    await capture.flush();
    expect(pass(capture, { requestId: 'req_3' })).toBe(false);
    expect(capture.look()).toEqual({ kept: 0, dropped: 3, trouble: 'the vault is shut' });
    expect([log.events('warn'), files()]).toEqual([['captures cannot be written; calls are not kept'], []]);
    vault.trouble = undefined;
    await clock.turn(10_000);
    pass(capture, { requestId: 'req_4' });
    expect(await ids()).toEqual(['req_4']);
    expect(capture.look().trouble).toBeUndefined();
    expect(log.events('info')).toEqual(['captures are written again']);
  });

  test('is dropped where the folder is a link, and nothing is written where it leads', async () => {
    const home = folder();
    const elsewhere = folder();
    symlinkSync(elsewhere, join(home, 'capture'));
    const { capture } = aCapture({ folder: join(home, 'capture') });
    pass(capture, {});
    await capture.flush();
    expect(capture.look()).toMatchObject({
      kept: 0,
      dropped: 1,
      trouble: expect.stringContaining('is a link'),
    });
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  test('leaves no key in the vault for a file that could not be begun', async () => {
    const home = folder();
    writeFileSync(join(home, 'capture'), '');
    const { capture, vault } = aCapture({ folder: join(home, 'capture') });
    pass(capture, {});
    await capture.flush();
    expect(capture.look().dropped).toBe(1);
    expect(vault.secrets.size).toBe(0);
  });
});

describe('what is there', () => {
  test('goes so many days after its day, its key with it, also what is written now', async () => {
    const { capture, vault, clock, files, settings } = aCapture();
    Object.assign(settings, { keepDays: 1 });
    pass(capture, { requestId: 'req_1' });
    await capture.flush();
    await clock.turn(86_400_000);
    await capture.sweep();
    expect(files()).toHaveLength(1);
    await clock.turn(86_400_000);
    await capture.sweep();
    expect([files(), vault.secrets.size]).toEqual([[], 0]);
  });

  test('never takes much more than the limit: the oldest files go while new ones are written', async () => {
    const { capture, captures, settings, files, ids } = aCapture();
    const maxBytes = 1_000_000;
    Object.assign(settings, { maxBytes });
    for (let number = 0; number < 60; number += 1) {
      pass(capture, { requestId: `req_${number}` }, randomBytes(50_000));
      await capture.flush();
      const sizes = files().map((name) => statSync(join(captures, name)).size);
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(maxBytes + 60_000);
    }
    const left = await ids();
    expect(left.length).toBeGreaterThan(12);
    expect(left.at(-1)).toBe('req_59');
    expect(capture.look()).toEqual({ kept: 60, dropped: 0, trouble: undefined });
  });

  test('is destroyed when somebody wants that, be it written right now', async () => {
    const { capture, vault, files, ids } = aCapture();
    pass(capture, { requestId: 'req_1' });
    expect(await capture.destroy((id) => id.startsWith('2026-11-22'))).toMatchObject({ files: 1 });
    expect([files(), vault.secrets.size]).toEqual([[], 0]);
    pass(capture, { requestId: 'req_2' });
    expect(await capture.destroy((id) => id.startsWith('2026-11-21'))).toEqual({ files: 0, bytes: 0 });
    expect(await ids()).toEqual(['req_2']);
  });

  test('is closed with a word that nothing follows when it is switched off, and at the end', async () => {
    const { capture, captures, files } = aCapture();
    pass(capture, { requestId: 'req_1' });
    await capture.rest();
    const before = readFileSync(join(captures, files()[0]!));
    pass(capture, { requestId: 'req_2' });
    await capture.close();
    expect(files()).toHaveLength(2);
    expect(files().some((name) => readFileSync(join(captures, name)).equals(before))).toBe(true);
    expect((await capture.archive.list({ limit: 9 })).flaws).toEqual([]);
  });

  test('that cannot be destroyed is a warning, and no call is lost by it', async () => {
    const { capture, vault, log } = aCapture();
    pass(capture, { requestId: 'req_1' });
    await capture.flush();
    vault.trouble = new Error('the vault is shut');
    await capture.sweep();
    expect(log.events('warn')).toEqual(['old captures cannot be destroyed']);
    vault.trouble = undefined;
  });
});

test('the folder is closed to others, whatever it was before', async () => {
  const { capture, captures } = aCapture();
  pass(capture, {});
  await capture.rest();
  chmodSync(captures, 0o777);
  pass(capture, {});
  await capture.flush();
  expect(statSync(captures).mode & 0o777).toBe(0o700);
});
