import { describe, expect, test } from 'bun:test';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { silentLog } from '../../../src/base/log.ts';
import { defaultSettings } from '../../../src/config/settings.ts';
import { openVault } from '../../../src/credentials/open.ts';
import { Archive } from '../../../src/usage/capture/archive.ts';
import { Capture } from '../../../src/usage/capture/capture.ts';
import { HandClock } from '../../help/a-clock.ts';
import { temporaryFolders } from '../../help/a-folder.ts';
import { MemoryVault, pass } from '../../help/a-kept-call.ts';
import { runScript, startScript } from '../../help/a-process.ts';
import { Random } from '../../help/a-random.ts';
import { mayMount, mountSmallDisk, resizeDisk, unmount } from '../../help/a-small-disk.ts';

const folder = temporaryFolders();

/** Lets processes keep calls in one home, kills them after so long, and gives what each had said to be written. */
async function killed(home: string, names: readonly string[], afterMs: number): Promise<Map<string, number>> {
  const writers = names.map((name) => {
    const child = startScript(new URL('keep-calls.ts', import.meta.url), [home, name]);
    const first = Promise.withResolvers<void>();
    const read = async (): Promise<string> => {
      let text = '';
      for await (const bytes of child.stdout) {
        text += new TextDecoder().decode(bytes);
        first.resolve();
      }
      return text;
    };
    return { name, child, first: first.promise, all: read() };
  });
  await Promise.all(writers.map(({ first }) => first));
  await Bun.sleep(afterMs);
  for (const { child } of writers) child.kill('SIGKILL');
  const said = await Promise.all(
    writers.map(async ({ name, all }) => [name, Number((await all).split('\n').at(-2))] as const),
  );
  return new Map(said);
}

test('two processes killed at any moment leave files that can be read, with every call that was written', async () => {
  const home = folder();
  const random = new Random(20_261_125);
  const said = new Map<string, number>();
  for (let round = 0; round < 8; round += 1) {
    const names = [`a${round}`, `b${round}`];
    for (const [name, count] of await killed(home, names, random.next() * 150)) said.set(name, count);
  }
  const paths = { home, credentials: join(home, 'credentials.json') };
  const vault = await openVault({ paths, createKey: 'ask', log: silentLog });
  const archive = new Archive(join(home, 'capture'), vault);
  const { calls, flaws } = await archive.list({ limit: 1_000_000 });
  // Cut within the last call at worst; never damaged, never without its key.
  expect(flaws.filter(({ is }) => is !== 'torn')).toEqual([]);
  const there = new Set(calls.map(({ about }) => about.requestId));
  expect(there.size).toBe(calls.length);
  for (const [name, count] of said) {
    expect(count).toBeGreaterThan(0);
    const missing = Array.from({ length: count }, (_, number) => `${name}-${number}`).filter(
      (id) => !there.has(id),
    );
    expect(missing).toEqual([]);
  }
  const last = calls.at(-1)!;
  const body = Buffer.from(await archive.body(last.file, last.place, 'request')).toString();
  expect(body).toStartWith('planted prompt');
  const files = readdirSync(home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const plain = files.filter(({ parentPath, name }) =>
    readFileSync(join(parentPath, name), 'latin1').includes('planted prompt'),
  );
  expect(plain).toEqual([]);
}, 60_000);

test('with a umask that lets everybody in, folder and file are for their owner alone', async () => {
  const printed = await runScript(new URL('print-modes.ts', import.meta.url), [folder()], { umask: '000' });
  expect(JSON.parse(printed)).toEqual(['700', '600']);
});

describe.skipIf(!mayMount)('a full disk', () => {
  test('stops nobody: calls are dropped and counted, and kept again when there is room', async () => {
    const disk = folder();
    mountSmallDisk(disk, '200k');
    const clock = new HandClock();
    const settings = { ...defaultSettings.capture, enabled: true };
    const vault = new MemoryVault();
    const captures = join(disk, 'capture');
    const capture = new Capture({ folder: captures, vault, settings: () => settings, clock, log: silentLog });
    const noise = crypto.getRandomValues(new Uint8Array(60_000));
    try {
      for (let number = 0; number < 5; number += 1) {
        pass(capture, { requestId: `req_${number}` }, noise);
        await capture.flush();
      }
      const { kept, dropped, trouble } = capture.look();
      expect(trouble).toContain('ENOSPC');
      expect([kept > 0, kept + dropped]).toEqual([true, 5]);
      // What was written before is whole; the half of a call is gone.
      const { calls, flaws } = await capture.archive.list({ limit: 9 });
      expect([calls.length, flaws]).toEqual([kept, []]);
      resizeDisk(disk, '4m');
      await clock.turn(10_000);
      pass(capture, { requestId: 'req_later' }, noise);
      await capture.flush();
      expect(capture.look()).toEqual({ kept: kept + 1, dropped, trouble: undefined });
      expect((await capture.archive.find('req_later')).about.status).toBe(200);
    } finally {
      await capture.close();
      unmount(disk);
    }
  });
});
