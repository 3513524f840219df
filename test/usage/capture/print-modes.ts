// Keeps a call in the home argv[2], and prints the modes of the folder and the file while it is being written.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { wallClock } from '../../../src/base/clock.ts';
import { silentLog } from '../../../src/base/log.ts';
import { defaultSettings } from '../../../src/config/settings.ts';
import { Capture } from '../../../src/usage/capture/capture.ts';
import { MemoryVault, pass } from '../../help/a-kept-call.ts';

const folder = join(process.argv[2] ?? '', 'capture');
const settings = { ...defaultSettings.capture, enabled: true };
const vault = new MemoryVault();
const capture = new Capture({ folder, vault, settings: () => settings, clock: wallClock, log: silentLog });
pass(capture, {});
await capture.flush();
const paths = [folder, ...readdirSync(folder).map((name) => join(folder, name))];
console.log(JSON.stringify(paths.map((path) => (statSync(path).mode & 0o777).toString(8))));
await capture.close();
