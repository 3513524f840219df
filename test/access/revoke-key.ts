// A second process for the tests: revokes the key argv[3] in the database argv[2] and adds one named argv[4].
import { wallClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { ClientKeys } from '../../src/access/client-keys.ts';
import { openDatabase } from '../../src/database/open.ts';
import { placeFrom } from '../help/a-place.ts';

const [place, name = '', added = ''] = process.argv.slice(2);
const database = await openDatabase({ ...placeFrom(place), log: silentLog });
const keys = await ClientKeys.open({ database, clock: wallClock, log: silentLog });
await keys.revoke(name);
const { secret } = await keys.create({ name: added });
await keys.close();
await database.close();
console.log(secret.reveal());
