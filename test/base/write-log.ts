/** Writes numbered lines to a log file as a proxy would: PATH NAME COUNT PAUSE_MS [MAX_BYTES]. Says what it has written. */
import { sleepAwake, wallClock } from '../../src/base/clock.ts';
import { LogFile } from '../../src/base/log-file.ts';

const [path = '', name = '', count = '', pause = '', maxBytes = '1e9'] = process.argv.slice(2);
const file = new LogFile({
  path,
  isOwnFolder: true,
  limits: { maxBytes: Number(maxBytes), keepFiles: 1_000, keepDays: 10 },
  clock: wallClock,
  onTrouble: (reason) => {
    console.log(`trouble: ${reason}`);
  },
  onRecovery: (lost) => {
    console.log(`recovered: ${lost}`);
  },
});
const filler = 'x'.repeat(200);
for (let number = 1; number <= Number(count); number += 1) {
  file.write(`${JSON.stringify({ name, number, filler })}\n`);
  if (Number(pause) > 0) {
    console.log(number);
    await sleepAwake(wallClock, Number(pause));
  } else if (number % 50 === 0) await sleepAwake(wallClock, 1);
}
await file.close();
console.log(`closed, lost ${file.lost}`);
