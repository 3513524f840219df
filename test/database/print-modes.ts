// Opens the database argv[2], writes a row, and prints the modes of its folder and files while it is open.
import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { silentLog } from '../../src/base/log.ts';
import { openDatabase } from '../../src/database/open.ts';

const [path = ''] = process.argv.slice(2);
const database = await openDatabase({ path, log: silentLog });
const row = { object: 'a', kind: 'file', account_id: 'acc', created_at: 0, expires_at: 1 };
await database.query.insertInto('bindings').values(row).execute();
const names = ['.', ...readdirSync(dirname(path))];
const modes = names.map((name) => [name, (statSync(join(dirname(path), name)).mode & 0o777).toString(8)]);
await database.close();
console.log(JSON.stringify(Object.fromEntries(modes)));
