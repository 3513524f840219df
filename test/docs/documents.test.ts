import { describe, expect, it, test } from 'bun:test';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { Glob } from 'bun';
import { parse } from 'smol-toml';
import { problems } from '../../src/cli/problem-table.ts';
import { blocksIn, ourCommandsIn } from '../help/a-document.ts';
import { whatIsWrongWith } from '../help/a-parser.ts';

const pages = ['README.md', 'SECURITY.md', 'CONTRIBUTING.md', ...new Glob('docs/**/*.md').scanSync('.')]
  .filter((page) => !page.includes('decisions'))
  .toSorted();
const installing = pages.filter((page) => page.startsWith(join('docs', 'installation')));
const textOf = (page: string): string => readFileSync(page, 'utf8').replaceAll('\r\n', '\n');
const shells = new Set(['', 'sh', 'bash', 'powershell']);

describe('reading documents', () => {
  it('finds commands behind other users, containers, pipes and variables', () => {
    const found = (text: string): string[] => ourCommandsIn(text).map((words) => words.join(' '));
    expect(found('A=1 claude-code-proxy serve   # remark')).toEqual(['serve']);
    expect(found('sudo -u claude-code-proxy claude-code-proxy status --json')).toEqual(['status --json']);
    expect(found('docker compose exec proxy claude-code-proxy doctor')).toEqual(['doctor']);
    expect(
      found('kubectl exec -it deploy/x -- claude-code-proxy ui && ./bin/claude-code-proxy stop'),
    ).toEqual(['ui', 'stop']);
    expect(found('cat key | claude-code-proxy auth add \\\n  work --secret-stdin < key')).toEqual([
      'auth add work --secret-stdin',
    ]);
    expect(found('fly ssh console --command "claude-code-proxy audit"')).toEqual(['audit']);
    expect(found('sudo systemctl enable claude-code-proxy')).toEqual([]);
  });
});

for (const page of pages) {
  test(`every command of ours in ${page} is understood`, async () => {
    const text = textOf(page);
    const blocks = blocksIn(text).filter(({ language }) => shells.has(language));
    const inline = [...text.matchAll(/`((?:sudo )?[^`\n]*claude-code-proxy [^`\n]+)`/g)].map(
      ([, code = '']) => code,
    );
    const commands = [...blocks.map((block) => block.text), ...inline].flatMap(ourCommandsIn);
    const wrong: string[] = [];
    for (const words of commands) {
      const said = await whatIsWrongWith(words);
      if (said !== undefined) wrong.push(`${words.join(' ')}: ${said}`);
    }
    expect(wrong).toEqual([]);
  });

  test(`every link of ${page} leads somewhere`, () => {
    const broken = [...textOf(page).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !/^https?:/.test(target))
      .filter((target) => {
        const [path = '', anchor] = target.split('#');
        const file = path === '' ? page : normalize(join(dirname(page), path));
        if (!existsSync(file)) return true;
        return anchor !== undefined && !anchorsOf(textOf(file)).has(anchor);
      });
    expect(broken).toEqual([]);
  });
}

for (const page of [...installing, 'docs/release.md']) {
  const blocks = blocksIn(textOf(page));

  test(`a shell can read every block of ${page}`, () => {
    const scripts = blocks.filter(({ language }) => language === 'sh');
    for (const { text, line } of scripts) {
      const { stderr, status } = spawnSync('sh', ['-n'], { input: text, encoding: 'utf8' });
      expect({ line, stderr, status }).toEqual({ line, stderr: '', status: 0 });
    }
  });

  test(`settings in ${page} are TOML`, () => {
    for (const { text } of blocks.filter(({ language }) => language === 'toml'))
      expect(() => parse(text)).not.toThrow();
  });
}

test('there is a page for every way to install, and the first one has its eight parts', () => {
  const names = installing.map((page) => page.slice('docs/installation/'.length));
  for (const name of [
    'macos',
    'windows',
    'linux-packages',
    'docker',
    'kubernetes',
    'cloud',
    'from-source',
    'moving',
    'uninstalling',
    'troubleshooting',
    'service',
  ])
    expect(names).toContain(`${name}.md`);
  const parts = [...textOf('docs/installation/binaries.md').matchAll(/^## \d\. (.+)$/gm)].map(
    ([, title]) => title,
  );
  expect(parts).toEqual([
    'Quick start',
    'Methods',
    'Requirements',
    'Platform notes',
    'Usage',
    'Troubleshooting',
    'Security',
    'Advanced',
  ]);
});

test('the commands for Fly.io give all the variables that the page says are needed', () => {
  const page = textOf(join('docs', 'installation', 'cloud.md'));
  const needed = [...page.matchAll(/^\| `(CCPROXY_\w+)` \|/gm)].map(([, name = '']) => name);
  expect(needed.length).toBeGreaterThan(3);
  const { env } = parse(readFileSync(join('deploy', 'cloud', 'fly.toml'), 'utf8')) as {
    env: Record<string, string>;
  };
  const given = /^fly secrets set (?:.*\\\n)*.*$/m.exec(page)?.[0] ?? '';
  const missing = needed.filter((name) => !given.includes(`${name}=`) && !Object.hasOwn(env, name));
  expect(missing).toEqual([]);
});

test('containers get the client key from where the page has just written it', () => {
  const page = textOf(join('docs', 'installation', 'docker.md'));
  const runs = blocksIn(page).filter(({ text }) => text.includes('docker run '));
  expect(runs.length).toBeGreaterThan(0);
  for (const { text } of runs) {
    expect(text).toMatch(/^echo "CCPROXY_CLIENT_KEY=.* > \.env$/m);
    expect(text).toContain('--env-file .env');
    expect(text).not.toMatch(/--env CCPROXY_\w+(?!\w|=)/);
  }
});

test('nobody is told to run a package of npm by a name that is not ours yet', () => {
  for (const page of pages)
    expect(textOf(page), page).not.toMatch(
      /\b(?:npx|npm (?:exec|install)(?: --global| -g)?) claude-code-proxy/,
    );
});

test('every code that troubleshooting explains is one of this program', () => {
  const codes = [
    ...textOf('docs/installation/troubleshooting.md').matchAll(/^\| `([a-z]+(?:-[a-z]+)+)`/gm),
  ].map(([, code = '']) => code);
  expect(codes.length).toBeGreaterThan(10);
  expect(codes.filter((code) => !(code in problems))).toEqual([]);
});

/** The anchors of headings, as GitHub makes them. */
function anchorsOf(text: string): Set<string> {
  return new Set(
    [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
      title
        .replaceAll(/[`*]/g, '')
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}
