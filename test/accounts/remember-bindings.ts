// Remembers files in the database argv[2] without ever closing it, and prints how many are certain to be
// written: those of half a second ago. They are written within 100 ms; the rest is for a busy machine.
import { Bindings } from '../../src/accounts/bindings.ts';
import { wallClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { openDatabase } from '../../src/database/open.ts';
import { placeFrom } from '../help/a-place.ts';

const [place] = process.argv.slice(2);
const database = await openDatabase({ ...placeFrom(place), log: silentLog });
const bindings = await Bindings.open({ database, clock: wallClock, log: silentLog });
const times: number[] = [];
setInterval(() => {
  bindings.remember('files', `file_${times.length}`, 'acc_1', 3_600_000);
  times.push(performance.now());
  const certain = times.filter((time) => performance.now() - time > 500).length;
  process.stdout.write(`${certain}\n`);
}, 1);
