/** A proxy's log around a program that fails where nobody catches it: `throws` or `rejects`; `waits` for a signal. */
import { homedir } from 'node:os';
import { wallClock } from '../../src/base/clock.ts';
import { placesOf } from '../../src/config/places.ts';
import { defaultSettings } from '../../src/config/settings.ts';
import { openServeLog, tellTheLast } from '../../src/cli/serve-log.ts';
import { Terminal } from '../../src/cli/terminal.ts';

const { env, stdout, stderr } = process;
const terminal = new Terminal({ env, stdout, stderr, isInputTTY: false });
const places = placesOf({ env, userHome: homedir(), workingFolder: process.cwd() });
const cli = { env, terminal, places, clock: wallClock, isJson: false };
const log = { ...defaultSettings.log, terminal: false };
const logging = openServeLog(cli, { ...defaultSettings, log });
tellTheLast(logging, cli);
logging.log.info('before');
const failure = new Error('lost sk-ant-api03-abcdefghijklmnop', {
  cause: new Error('Authorization: Bearer qrstuvwxyz0123456789'),
});
setTimeout(() => {
  if (process.argv[2] === 'throws') throw failure;
  void Promise.reject(failure);
}, 1);
setInterval(() => {}, 1_000);
