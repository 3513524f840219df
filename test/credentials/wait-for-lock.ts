// Waits for the lock at argv[2] with nothing else to keep the process alive, then says that it has it.
import { wallClock } from '../../src/base/clock.ts';
import { withLock } from '../../src/credentials/lock.ts';

const [path = ''] = process.argv.slice(2);
void withLock(path, wallClock, async () => {
  process.stdout.write('got it\n');
});
process.stdout.write('waiting\n');
