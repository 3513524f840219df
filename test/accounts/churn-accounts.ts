// Adds accounts to the home folder argv[2], named argv[3]-N, and removes every second one, until killed or
// argv[4] times. Prints a line for each thing done.
import { Secret } from '../../src/base/secret.ts';
import { wallClock } from '../../src/base/clock.ts';
import { openStore } from './a-store.ts';

const [home = '', name = '', count = 'Infinity'] = process.argv.slice(2);
const { store, close } = await openStore(home, wallClock);
for (let number = 0; number < Number(count); number += 1) {
  const account = await store.add(
    { name: `${name}-${number}`, kind: 'api-key' },
    new Secret(`secret-of-${name}-${number}`),
  );
  process.stdout.write(`added ${account.name}\n`);
  if (number % 2 === 1) {
    await store.remove(account.id);
    process.stdout.write(`removed ${account.name}\n`);
  }
}
await close();
