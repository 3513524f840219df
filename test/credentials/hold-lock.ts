// Takes the vault's lock at argv[2], says so, and never gives it back.
import { wallClock } from '../../src/base/clock.ts';
import { withLock } from '../../src/credentials/lock.ts';

const [path = ''] = process.argv.slice(2);
await withLock(path, wallClock, async () => {
  process.stdout.write('held\n');
  const forever = setInterval(() => undefined, 1_000);
  await new Promise(() => forever);
});
