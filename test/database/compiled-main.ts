// What a standalone executable does with the database: argv[2] is its path. Compiled by compiled.test.ts.
import { silentLog } from '../../src/base/log.ts';
import { openDatabase } from '../../src/database/open.ts';

const [path = ''] = process.argv.slice(2);
const database = await openDatabase({ path, log: silentLog });
await database.query
  .insertInto('bindings')
  .values({ object: 'a', kind: 'file', account_id: 'acc', created_at: 0, expires_at: 1 })
  .execute();
const rows = await database.query.selectFrom('bindings').select('object').execute();
await database.close();
console.log(JSON.stringify({ standalone: Bun.isStandaloneExecutable, rows }));
