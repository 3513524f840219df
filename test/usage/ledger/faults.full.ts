import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { temporaryFolders } from '../../help/a-folder.ts';
import { Random } from '../../help/a-random.ts';
import { killWriters } from './killed-ledger.ts';

// The short form stands in faults.test.ts.

const folder = temporaryFolders();
const rounds = 150;

test('hundreds of processes killed at any moment, two at a time on one file, lose nothing that was written', async () => {
  let path = '';
  const random = new Random(5_000_000);
  const lost: number[] = [];
  let written = 0;
  for (let round = 0; round < rounds; round += 1) {
    // A file that does not grow too long to be read through after each kill.
    if (round % 15 === 0) path = join(folder(), 'proxy.db');
    const kill = await killWriters(path, [`a${round}`, `b${round}`], random.next() * 1_200);
    const { integrity, missing, isWithoutGaps, rowsAgreeWithSums } = kill;
    expect({ round, integrity, missing, isWithoutGaps, rowsAgreeWithSums }).toEqual({
      round,
      integrity: ['ok'],
      missing: 0,
      isWithoutGaps: true,
      rowsAgreeWithSums: true,
    });
    lost.push(kill.lostMs);
    written += kill.written;
  }
  const [half = 0, most = 0] = [0.5, 1].map(
    (part) => lost.toSorted((a, b) => a - b)[Math.ceil(lost.length * part) - 1],
  );
  console.log(
    `${rounds * 2} kills, ${written} calls written; lost: half of the time ${half} ms, at most ${most} ms`,
  );
});
