// The tasks behind the scripts of package.json. Each installs what is missing first, so that every one
// of them works in a fresh clone: node scripts/dev.mjs check | test | clients | browser | binary | full | bench | docs | prices | build
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { install, root, runBun } from './bun.mjs';
import { cutOff } from './cut-off.mjs';
import { installPackages, missingAmong, systemPackages } from './system-packages.mjs';

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

/** Runs test files and counts: a run that ends badly without a failed test, or without any, is one failure. */
async function counted(name, timeoutMs, paths, how = {}) {
  console.log(`── ${name}`);
  const folder = mkdtempSync(join(tmpdir(), 'tests-'));
  const report = join(folder, 'report.xml');
  try {
    const options = ['--timeout', String(timeoutMs), '--reporter=junit', `--reporter-outfile=${report}`];
    // Without a path every test there is would run.
    const code = paths.length === 0 ? 1 : await runBun(['test', ...options, ...paths], how);
    const counts = countsIn(report);
    if (counts.failed === 0 && (code !== 0 || counts.passed === 0)) {
      console.log(`FAILED: ${name} ${counts.passed === 0 ? 'ran no test' : 'did not end well'}`);
      counts.failed = 1;
    }
    return counts;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What a report of `bun test` adds up to; nothing where a crash left none. */
function countsIn(report) {
  try {
    const [head = ''] = /<testsuites [^>]*>/.exec(readFileSync(report, 'utf8')) ?? [];
    const count = (what) => Number(new RegExp(` ${what}="(\\d+)"`).exec(head)?.[1] ?? 0);
    const [all, failed, skipped] = ['tests', 'failures', 'skipped'].map(count);
    return { passed: all - failed - skipped, failed };
  } catch {
    return { passed: 0, failed: 0 };
  }
}

/** How long one test may take (ms): so long that only what hangs is ended, on a machine that is busy too. */
const patience = { tests: 60_000, browser: 180_000, binary: 300_000, clients: 300_000, full: 1_800_000 };

/** How the journeys run: where there is nothing but this machine, which a test among them makes sure of. */
function withoutNetwork() {
  const before = cutOff();
  return before.length === 0 ? {} : { before, env: { ...process.env, NETWORK_CUT_OFF: 'yes' } };
}

/** Runs tests of one kind. @param {keyof typeof patience} kind */
const testing = (kind, paths, how) => runBun(['test', '--timeout', String(patience[kind]), ...paths], how);

const sources = ['src', 'test', 'scripts', 'bench'];

const tasks = {
  async check() {
    const steps = [
      ['formatting', () => tool('oxfmt', '--check', ...sources)],
      ['lint', () => tool('oxlint', '--deny-warnings', ...sources)],
      ['types', () => tool('tsc', '--noEmit')],
      ['types of the browser', () => tool('tsc', '--noEmit', '--project', 'src/admin/client')],
      ['unused', () => tool('knip')],
      ['generated documents', () => runBun(['scripts/docs.ts', '--check'])],
      ['packaged prices', () => runBun(['scripts/prices.ts', '--check'])],
    ];
    let failed = 0;
    for (const [name, step] of steps) {
      const code = await step();
      console.log(code === 0 ? `ok    ${name}` : `FAIL  ${name}`);
      if (code !== 0) failed += 1;
    }
    return failed === 0 ? 0 : 1;
  },
  test: () => testing('tests', rest.length > 0 ? rest : ['./test']),
  browser: () => testing('browser', rest.length > 0 ? rest : files('test', '.browser.ts'), withoutNetwork()),
  binary: () => testing('binary', rest.length > 0 ? rest : files('test', '.binary.ts')),
  clients: () => testing('clients', [...files('test', '.clients.ts'), ...rest]),
  async full() {
    const packages = systemPackages('full');
    if (process.env.CI === 'true') installPackages(packages);
    const missing = missingAmong(packages);
    if (missing.length > 0 && process.platform === 'linux')
      console.log(`What needs these packages of Debian is skipped, in CI failed: ${missing.join(' ')}`);
    // All nine, for the tests of built files; the release that somebody may be working on stays as it is.
    const folder = join('dist', 'full', 'release');
    const built = await runBun(['scripts/release/steps/binaries.ts', '--folder', folder]);
    // The program of this machine: packages are made of it.
    await runBun(['scripts/build.ts']);
    process.env.RELEASE_FOLDER = folder;
    const runs = [
      ['tests', patience.tests, ['./test']],
      ['real clients', patience.clients, files('test', '.clients.ts')],
      ['a real browser', patience.browser, files('test', '.browser.ts'), withoutNetwork()],
      ['built files', patience.binary, built === 0 ? files('test', '.binary.ts') : []],
      ['long proofs', patience.full, files('test', '.full.ts')],
    ];
    const total = { passed: 0, failed: 0 };
    for (const [name, timeoutMs, paths, how] of runs) {
      const { passed, failed } = await counted(name, timeoutMs, paths, how);
      total.passed += passed;
      total.failed += failed;
    }
    console.log(`${total.passed} passed, ${total.failed} failed`);
    return total.failed === 0 ? 0 : 1;
  },
  format: () => tool('oxfmt', ...sources),
  docs: () => runBun(['scripts/docs.ts', ...rest]),
  prices: () => runBun(['scripts/prices.ts', ...rest]),
  bench: () => runBun(['bench/main.ts', ...rest]),
  build: () => runBun(['scripts/build.ts', ...rest]),
};

const chosen = tasks[task];
if (chosen === undefined) {
  console.error(`No task "${task}". There are: ${Object.keys(tasks).join(', ')}`);
  process.exit(2);
}
process.exit(await chosen());
