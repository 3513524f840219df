import { Database as Sqlite } from 'bun:sqlite';
import { describe, expect, test } from 'bun:test';
import { join } from 'node:path';
import { sql } from 'kysely';
import { wallClock } from '../../../src/base/clock.ts';
import { silentLog } from '../../../src/base/log.ts';
import { openDatabase } from '../../../src/database/open.ts';
import { Ledger } from '../../../src/usage/ledger/ledger.ts';
import { totals } from '../../../src/usage/ledger/reading.ts';
import { aCallRecord } from '../../help/a-call-record.ts';
import { HandClock } from '../../help/a-clock.ts';
import { temporaryFolders } from '../../help/a-folder.ts';
import { readLedgerFile } from '../../help/a-ledger-file.ts';
import { MemoryLog } from '../../help/a-log.ts';
import { Random } from '../../help/a-random.ts';
import { killWriters } from './killed-ledger.ts';
import { mayMount, mountSmallDisk, resizeDisk, unmount } from '../../help/a-small-disk.ts';

// Hundreds of kills: faults.full.ts.

const folder = temporaryFolders();

test('two processes killed at any moment leave a whole file, with every call that was written', async () => {
  const path = join(folder(), 'proxy.db');
  const random = new Random(20_261_125);
  let written = 0;
  for (let round = 0; round < 10; round += 1) {
    const kill = await killWriters(path, [`a${round}`, `b${round}`], 50 + random.next() * 900);
    const { integrity, missing, isWithoutGaps, rowsAgreeWithSums } = kill;
    expect({ integrity, missing, isWithoutGaps, rowsAgreeWithSums }).toEqual({
      integrity: ['ok'],
      missing: 0,
      isWithoutGaps: true,
      rowsAgreeWithSums: true,
    });
    written += kill.written;
  }
  expect(written).toBeGreaterThan(0);
}, 60_000);

test('a file that another program keeps locked loses nothing once it is free', async () => {
  const path = join(folder(), 'proxy.db');
  const clock = new HandClock();
  const database = await openDatabase({ path, log: silentLog });
  // Five seconds otherwise.
  await sql`pragma busy_timeout = 50`.execute(database.query);
  const ledger = new Ledger({ database, clock, log: silentLog, random: Math.random });
  const other = new Sqlite(path);
  other.run('begin immediate');
  for (let number = 0; number < 500; number += 1) ledger.record(aCallRecord({ requestId: `req_${number}` }));
  await ledger.flush();
  expect(ledger.look().lastError?.reason).toContain('locked for too long');
  other.run('commit');
  other.close();
  await ledger.flush();
  expect(ledger.look()).toMatchObject({ waiting: 0, written: 500, failingSince: undefined });
  await database.close();
  expect(readLedgerFile(path).requestIds.length).toBe(500);
});

describe.skipIf(!mayMount)('a full disk', () => {
  test('stops nobody: the oldest calls lose their rows, and all are in the sums once there is room', async () => {
    const disk = folder();
    mountSmallDisk(disk, '1500k');
    try {
      const path = join(disk, 'proxy.db');
      const log = new MemoryLog();
      const database = await openDatabase({ path, log: silentLog });
      const limits = { calls: 1_000, bytes: 16 * 2 ** 20 };
      const ledger = new Ledger({ database, clock: wallClock, log, random: Math.random, limits });
      for (let round = 0; round < 50; round += 1) {
        for (let number = 0; number < 200; number += 1)
          ledger.record(aCallRecord({ requestId: `req_${round}_${number}` }));
        await ledger.flush();
      }
      const { dropped, written, waiting, lastError } = ledger.look();
      expect(lastError?.reason).toContain('There is no room left');
      expect(dropped.calls).toBeGreaterThan(1_000);
      expect(dropped.calls + written + waiting).toBe(10_000);
      resizeDisk(disk, '64m');
      await ledger.flush();
      expect((await totals(database.query)).calls).toBe(10_000);
      expect(log.events('warn').toSorted()).toEqual([
        'the ledger cannot be written',
        'the ledger drops rows of calls; their sums are kept',
      ]);
      await database.close();
      const { integrity, requestIds } = readLedgerFile(path);
      expect(integrity).toEqual(['ok']);
      expect(requestIds.length).toBe(10_000 - dropped.calls);
    } finally {
      unmount(disk);
    }
  });
});
