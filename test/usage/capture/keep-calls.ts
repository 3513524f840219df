// Keeps calls in the folder argv[2] until it is killed, named argv[3]-N, and prints after each flush how many are
// written. The vault is a file of its own there, as the real one is.
import { wallClock } from '../../../src/base/clock.ts';
import { silentLog } from '../../../src/base/log.ts';
import { defaultSettings } from '../../../src/config/settings.ts';
import { openVault } from '../../../src/credentials/open.ts';
import { Capture } from '../../../src/usage/capture/capture.ts';
import { join } from 'node:path';
import { pass } from '../../help/a-kept-call.ts';

const [home = '', name = ''] = process.argv.slice(2);
const paths = { home, credentials: join(home, 'credentials.json') };
const vault = await openVault({ paths, createKey: 'create', log: silentLog });
const settings = { ...defaultSettings.capture, enabled: true, maxBytes: 64 * 2 ** 20 };
const folder = join(home, 'capture');
const capture = new Capture({ folder, vault, settings: () => settings, clock: wallClock, log: silentLog });

for (let number = 0; ;) {
  for (let count = 0; count < 7; count += 1) {
    pass(capture, { requestId: `${name}-${number}` }, `planted prompt ${number} `.repeat(300));
    number += 1;
  }
  await capture.flush();
  process.stdout.write(`${number}\n`);
}
