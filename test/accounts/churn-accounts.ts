// Adds accounts to the home folder argv[2] and the database argv[3], named argv[4]-N, and removes every second
// one, until killed or argv[5] times. Prints a line for each thing done.
import { Secret } from '../../src/base/secret.ts';
import { wallClock } from '../../src/base/clock.ts';
import { placeFrom } from '../help/a-place.ts';
import { openStore } from './a-store.ts';

const [home = '', place, name = '', count = 'Infinity'] = process.argv.slice(2);
const { store, close } = await openStore(home, wallClock, undefined, placeFrom(place));
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
