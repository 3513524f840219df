// Remembers files in the database argv[2] without ever closing it, and prints how many of them are written by now.
import { Bindings } from '../../src/accounts/bindings.ts';
import { wallClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { openDatabase } from '../../src/database/open.ts';
import { placeFrom } from '../help/a-place.ts';

const [place] = process.argv.slice(2);
const database = await openDatabase({ ...placeFrom(place), log: silentLog });
const bindings = await Bindings.open({ database, clock: wallClock, log: silentLog });
for (let number = 0; ; number += 1) {
  bindings.remember('files', `file_${number}`, 'acc_1', 3_600_000);
  const { written } = await database.query
    .selectFrom('bindings')
    .select((eb) => eb.fn.countAll<number>().as('written'))
    .executeTakeFirstOrThrow();
  process.stdout.write(`${written}\n`);
  await Bun.sleep(1);
}
