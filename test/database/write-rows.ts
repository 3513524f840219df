// A second process for the tests: opens the database argv[2] and adds argv[4] bindings named argv[3]-N.
import { silentLog } from '../../src/base/log.ts';
import { openDatabase } from '../../src/database/open.ts';
import { placeFrom } from '../help/a-place.ts';

const [place, name = '', count = '0'] = process.argv.slice(2);
const database = await openDatabase({ ...placeFrom(place), log: silentLog });
for (let number = 0; number < Number(count); number += 1) {
  const row = { object: `${name}-${number}`, kind: 'file', account_id: 'acc', created_at: 0, expires_at: 1 };
  await database.query.insertInto('bindings').values(row).execute();
}
await database.close();
console.log('done');
