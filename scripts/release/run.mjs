// One step of a release: node scripts/release/run.mjs STEP [options]
// Installs what the lock says first, so that every step works in a fresh clone.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { install, root, runBun } from '../bun.mjs';

const [step = '', ...rest] = process.argv.slice(2);
const steps = join(root, 'scripts', 'release', 'steps');
const file = join(steps, `${step}.ts`);
if (!/^[a-z-]+$/.test(step) || !existsSync(file)) {
  const names = readdirSync(steps).map((name) => name.replace(/\.ts$/, ''));
  console.error(`There is no step "${step}". There are: ${names.join(', ')}`);
  process.exit(2);
}
process.chdir(root);
install();
process.exit(await runBun([file, ...rest]));
