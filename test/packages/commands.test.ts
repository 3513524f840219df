import { describe, expect, test } from 'bun:test';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { fromEnvironment } from '../../src/config/environment.ts';
import { systemdUnit } from '../../src/service/systemd-unit.ts';
import { macTexts, releaseTexts } from '../../scripts/release/packages/manifests.ts';
import { fromTemplate } from '../../scripts/release/packages/template.ts';
import { releaseValues } from '../../scripts/release/packages/values.ts';
import { someFacts } from '../help/some-facts.ts';
import { rendered } from '../help/a-chart.ts';
import { whatIsWrongWith } from '../help/a-parser.ts';
import { commandLinesIn, wordsOf } from '../help/command-lines.ts';
import { temporaryFolders } from '../help/a-folder.ts';

const folders = temporaryFolders();

/** Every text that goes out with a release, by path. */
function everything(): Map<string, string> {
  const folder = folders();
  mkdirSync(folder, { recursive: true });
  for (const file of aWholeRelease) writeFileSync(join(folder, file), gzipSync(file));
  const values = releaseValues(someFacts, folder);
  const texts = releaseTexts(someFacts, values);
  for (const [path, text] of macTexts(someFacts, values)) texts.set(`macos/${path}`, text);
  for (const script of ['postinst', 'prerm', 'postrm', 'environment'])
    texts.set(`linux/${script}`, fromTemplate(`linux/${script}`, values));
  texts.set('rpm/package.spec', fromTemplate('rpm/package.spec', { ...values, RPM_FILES: '' }));
  texts.set('npm/README.md', fromTemplate('npm/README.md', values));
  texts.set(
    'debian/control',
    fromTemplate('debian/control', { ...values, INSTALLED_KIB: '1', DEB_ARCHITECTURE: 'amd64' }),
  );
  // The chart is read as a cluster would get it.
  const chart = 'deploy/helm/claude-code-proxy';
  const chosen = {
    ...(Bun.YAML.parse(texts.get(`${chart}/values.yaml`) ?? '') as object),
    publicUrl: 'https://x.example',
  };
  texts.set(
    'chart/deployment.yaml',
    rendered(texts.get(`${chart}/templates/deployment.yaml`) ?? '', chosen, 'mine'),
  );
  const plan = {
    program: ['/usr/bin/claude-code-proxy'],
    home: undefined,
    config: undefined,
    user: undefined,
    drainSeconds: 25,
  };
  texts.set('claude-code-proxy.service', systemdUnit('system', plan));
  return texts;
}

/** What people are told to type where it runs elsewhere. */
const documents = ['docker', 'kubernetes', 'cloud'].map((name): [string, string] => {
  const path = `docs/installation/${name}.md`;
  return [path, readFileSync(path, 'utf8')];
});

const aWholeRelease = [
  ...['linux', 'darwin'].flatMap((system) => [`${system}-amd64.gz`, `${system}-arm64.gz`]),
  ...['amd64', 'arm64'].flatMap((processor) => [`windows-${processor}.exe.gz`, `windows-${processor}.msi`]),
].map((name) => `claude-code-proxy-${name}`);

describe('what goes out with a release', () => {
  const texts = everything();
  const lines = [...texts].flatMap(([path, text]) => commandLinesIn(path, text));

  test('holds command lines of ours where one expects them', () => {
    const files = new Set(lines.map(({ where }) => where.replace(/[: ].*/, '')));
    for (const path of [
      'claude-code-proxy.service',
      'manifests/homebrew/claude-code-proxy.rb',
      'manifests/snap/snapcraft.yaml',
      'manifests/aur/PKGBUILD',
      'deploy/container/Dockerfile',
      'deploy/compose/compose.yaml',
      'deploy/compose/compose.team.yaml',
      'deploy/kubernetes/kustomization.yaml',
      'deploy/kubernetes/deployment.yaml',
      'chart/deployment.yaml',
      'deploy/helm/claude-code-proxy/templates/NOTES.txt',
      'deploy/cloud/Dockerfile',
      'deploy/cloud/fly.toml',
      'deploy/cloud/railway.json',
    ])
      expect([...files], path).toContain(path);
    expect(lines.length).toBeGreaterThan(30);
  });

  test('each of them is understood by the command line itself', async () => {
    for (const { where, words } of lines) {
      const wrong = await whatIsWrongWith(words);
      expect({ where, words, wrong }).toEqual({ where, words, wrong: undefined });
    }
  });

  test('hands a terminal to what asks, and its input to what reads a secret', () => {
    const remote = [...texts, ...documents].flatMap(([path, text]) =>
      text.split('\n').flatMap((line) => {
        // Compose does both by itself.
        const call =
          /\b(?:kubectl|docker|podman) exec (?<options>(?:-\S+ )*).* claude-code-proxy (?<words>.*)/;
        const { options = '', words = '' } = call.exec(line)?.groups ?? {};
        return words === '' ? [] : [{ path, options: options.trim(), words }];
      }),
    );
    expect(remote.length).toBeGreaterThan(6);
    for (const { path, options, words } of remote) {
      const asks = /^(?:admin password|auth (?:add|login))\b/.test(words);
      const wanted = words.includes('--secret-stdin') ? '-i' : asks ? '-it' : '';
      expect({ path, words, options }).toEqual({ path, words, options: wanted });
    }
  });

  test('sets no variable that the program does not know', () => {
    const known = (name: string) =>
      fromEnvironment({ [name]: '1' }).flaws.every(({ wrong }) => wrong !== 'no such setting');
    for (const [path, text] of texts)
      for (const [variable] of text.matchAll(/\bCCPROXY_[A-Z_]+\b/g))
        expect({ path, variable, known: known(variable) }).toEqual({ path, variable, known: true });
  });

  test('has no blank that nobody filled in', () => {
    for (const [path, text] of texts) {
      expect({ path, marks: text.match(/@[A-Z][A-Z0-9_]*(?::[^@\s]*)?@/g) }).toEqual({ path, marks: null });
      expect({ path, blanks: text.match(/\b(?:undefined|TODO|PLACEHOLDER|FIXME)\b/g) }).toEqual({
        path,
        blanks: null,
      });
    }
  });
});

describe('what looks for command lines', () => {
  const found = (path: string, text: string) =>
    commandLinesIn(path, text).map(({ words }) => words.join(' '));

  test('finds them behind a path, in quotes, in a call of another program, up to where they end', () => {
    expect(found('a.sh', '/usr/bin/claude-code-proxy serve --no-open >/dev/null')).toEqual([
      'serve --no-open',
    ]);
    expect(found('a.sh', 'docker exec x claude-code-proxy auth add work # asks')).toEqual(['auth add work']);
    expect(found('a.sh', `fly ssh --command "claude-code-proxy ui"`)).toEqual(['ui']);
    expect(found('a.sh', `"$pkgdir/usr/bin/claude-code-proxy" completion bash >x`)).toEqual([
      'completion bash',
    ]);
    expect(found('a.sh', 'kubectl exec deploy/claude-code-proxy -- claude-code-proxy status')).toEqual([
      'status',
    ]);
  });

  test('passes over the name of the product where it is no command', () => {
    expect(found('a.sh', 'brew upgrade claude-code-proxy')).toEqual([]);
    expect(found('a.sh', 'rm -rf /usr/lib/claude-code-proxy')).toEqual([]);
  });

  test('takes words apart as a shell does', () => {
    expect(wordsOf(' keys create "a name" --per-minute 60 && echo')).toEqual([
      'keys',
      'create',
      'a name',
      '--per-minute',
      '60',
    ]);
  });

  test('the parser would find a mistake', async () => {
    expect(await whatIsWrongWith(['serve', '--prot', '1'])).toContain('unknown option');
    expect(await whatIsWrongWith(['start'])).toBeDefined();
    expect(await whatIsWrongWith(['auth', 'add', 'work', '--kind', 'api-key'])).toBeUndefined();
  });
});
