// The tasks behind the scripts of package.json. Each installs what is missing first, so that every one
// of them works in a fresh clone: node scripts/dev.mjs check | test | clients | bench | docs | build
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { install, root, runBun } from './bun.mjs';

const [task = '', ...rest] = process.argv.slice(2);
process.chdir(root);
install();

/** A tool of the development dependencies, by its own file: what npm puts into .bin is no script on Windows. */
function tool(name, ...args) {
  const folder = join('node_modules', name === 'tsc' ? 'typescript' : name);
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return runBun(['run', '--bun', join(folder, typeof bin === 'string' ? bin : bin[name]), ...args]);
}

/** Files under `folder` whose names end in `ending`; `bun test` takes them by an explicit ./path. */
function files(folder, ending) {
  const names = readdirSync(join(root, folder), { recursive: true }).map(String);
  return names.filter((name) => name.endsWith(ending)).map((name) => `./${join(folder, name)}`);
}

const sources = ['src', 'test', 'scripts', 'bench'];

const tasks = {
  async check() {
    const steps = [
      ['formatting', () => tool('oxfmt', '--check', ...sources)],
      ['lint', () => tool('oxlint', '--deny-warnings', ...sources)],
      ['types', () => tool('tsc', '--noEmit')],
      ['unused', () => tool('knip')],
      ['generated documents', () => runBun(['scripts/docs.ts', '--check'])],
    ];
    let failed = 0;
    for (const [name, step] of steps) {
      const code = await step();
      console.log(code === 0 ? `ok    ${name}` : `FAIL  ${name}`);
      if (code !== 0) failed += 1;
    }
    return failed === 0 ? 0 : 1;
  },
  test: () => runBun(['test', '--timeout', '20000', ...(rest.length > 0 ? rest : ['./test'])]),
  clients: () => runBun(['test', '--timeout', '180000', ...files('test', '.clients.ts'), ...rest]),
  format: () => tool('oxfmt', ...sources),
  docs: () => runBun(['scripts/docs.ts', ...rest]),
  bench: () => runBun(['bench/main.ts', ...rest]),
  build: () => runBun(['scripts/build.ts', ...rest]),
};

const chosen = tasks[task];
if (chosen === undefined) {
  console.error(`No task "${task}". There are: ${Object.keys(tasks).join(', ')}`);
  process.exit(2);
}
process.exit(await chosen());
