// Records calls in the ledger of the database argv[2] until it is killed, named argv[3]-N, a few every few
// milliseconds. Each line it prints says how many there are by now, when, and how many of
// them the ledger says are written.
import { wallClock } from '../../../src/base/clock.ts';
import { silentLog } from '../../../src/base/log.ts';
import { openDatabase } from '../../../src/database/open.ts';
import { Ledger } from '../../../src/usage/ledger/ledger.ts';
import { aCallRecord, anAttempt } from '../../help/a-call-record.ts';

const [path = '', name = ''] = process.argv.slice(2);
const database = await openDatabase({ path, log: silentLog });
const ledger = new Ledger({ database, clock: wallClock, log: silentLog, random: Math.random });
let number = 0;

function record(): void {
  const isMoved = number % 7 === 0;
  const move = {
    fromId: 'acc_b',
    fromName: 'b',
    toId: 'acc_ann',
    toName: 'ann',
    reason: '429',
    microUsd: 0.25,
  };
  ledger.record(
    aCallRecord({
      requestId: `${name}-${number}`,
      startedAt: Date.now() - 3_000,
      session: `${name}-${number % 20}`,
      ...(isMoved && { move, attempts: [anAttempt({ status: 429, lesson: 'limited' }), anAttempt()] }),
    }),
  );
  number += 1;
}

setInterval(() => {
  for (let count = 0; count < 20; count += 1) record();
  process.stdout.write(`${number} ${Date.now()} ${ledger.look().written}\n`);
}, 5);
