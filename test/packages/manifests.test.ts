import { beforeAll, describe, expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { tool } from '../../scripts/release/packages/tree.ts';
import { macTexts, releaseTexts } from '../../scripts/release/packages/manifests.ts';
import { makeManifests } from '../../scripts/release/packages/make.ts';
import { releaseValues } from '../../scripts/release/packages/values.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { aSystemPart } from '../help/a-system-part.ts';
import { someFacts } from '../help/some-facts.ts';

const folders = temporaryFolders();
const names = [
  ...['linux', 'darwin'].flatMap((system) => [`${system}-amd64.gz`, `${system}-arm64.gz`]),
  ...['amd64', 'arm64'].flatMap((processor) => [`windows-${processor}.exe.gz`, `windows-${processor}.msi`]),
].map((name) => `claude-code-proxy-${name}`);

/** A release whose files are their own names, compressed. */
function aRelease(): string {
  const folder = join(folders(), 'release');
  mkdirSync(folder);
  for (const name of names) writeFileSync(join(folder, name), gzipSync(name));
  return folder;
}

/** What is for stores, and what a Mac needs. */
function everyText(): Map<string, string> {
  const values = releaseValues(someFacts, aRelease());
  const mac = [...macTexts(someFacts, values)].map(([path, text]): [string, string] => [
    `manifests/macos/${path}`,
    text,
  ]);
  return new Map([...releaseTexts(someFacts, values), ...mac]);
}

const hashOf = (name: string): string => createHash('sha256').update(gzipSync(name)).digest('hex');

const ruby = process.platform === 'linux' ? aSystemPart('ruby', 'ruby') : undefined;

describe('the manifests for stores', () => {
  let texts: Map<string, string>;
  beforeAll(() => {
    texts = everyText();
  });
  const text = (path: string): string => texts.get(`manifests/${path}`) ?? '';

  test('name files of the release by address and by hash', () => {
    const all = [...texts.values()].join('\n');
    for (const name of names) {
      expect(all).toContain(`${someFacts.homepage}/releases/download/v1.2.3/${name}`);
      expect(all.toLowerCase()).toContain(hashOf(name));
    }
  });

  test('are not made where a file they name is missing', () => {
    const folder = folders();
    expect(() => releaseTexts(someFacts, releaseValues(someFacts, folder))).toThrow('The release has no');
  });

  test('the formula closes what it opens', () => {
    const formula = text('homebrew/claude-code-proxy.rb');
    expect(formula).toContain('class ClaudeCodeProxy < Formula');
    expect(formula.match(/\bdo\b|^class|^ {2}def/gm)).toHaveLength(formula.match(/^ *end$/gm)?.length ?? 0);
  });

  test.skipIf(ruby === undefined)('the formula is one that Ruby reads', () => {
    const file = join(folders(), 'formula.rb');
    writeFileSync(file, text('homebrew/claude-code-proxy.rb'));
    expect(tool('ruby', ['ruby', '-wc', file])).toBe('Syntax OK\n');
  });

  test('those of winget are three that name each other', () => {
    const id = 'ClaudeCodeProxycontributors.ClaudeCodeProxy';
    const files = ['', '.installer', '.locale.en-US'].map((kind) =>
      Bun.YAML.parse(text(`winget/${id}${kind}.yaml`)),
    );
    expect(files).toMatchObject([
      { ManifestType: 'version' },
      { ManifestType: 'installer' },
      { ManifestType: 'defaultLocale' },
    ]);
    for (const file of files)
      expect(file).toMatchObject({
        PackageIdentifier: id,
        PackageVersion: '1.2.3',
        ManifestVersion: '1.6.0',
      });
    expect(files[1]).toMatchObject({
      InstallerType: 'msi',
      Installers: [{ Architecture: 'x64' }, { Architecture: 'arm64' }],
    });
  });

  test('the snap is confined and takes each file by its hash', () => {
    expect(Bun.YAML.parse(text('snap/snapcraft.yaml'))).toMatchObject({
      name: 'claude-code-proxy',
      version: '1.2.3',
      confinement: 'strict',
      apps: { service: { daemon: 'simple', 'install-mode': 'disable' } },
    });
  });

  test('XML is well-formed', () => {
    for (const path of ['chocolatey/claude-code-proxy.nuspec', 'macos/distribution.xml']) {
      const open: string[] = [];
      const body = text(path).replace(/^<\?xml.*?\?>/, '');
      for (const [, end, name = '', self] of body.matchAll(/<(\/?)([\w:-]+)[^>]*?(\/?)>/g)) {
        if (end === '/') expect(open.pop()).toBe(name);
        else if (self !== '/') open.push(name);
      }
      expect(open, path).toEqual([]);
    }
  });

  test.skipIf(process.platform === 'win32')('scripts of the shell are ones that it reads', () => {
    for (const [path, script] of texts)
      if (/\.sh$|PKGBUILD$/.test(path)) {
        const shell = path.endsWith('PKGBUILD') ? 'bash' : 'sh';
        const done = Bun.spawnSync([shell, '-n'], { stdin: Buffer.from(script) });
        expect({ path, said: done.stderr.toString() }).toEqual({ path, said: '' });
      }
  });

  test.skipIf(process.platform !== 'linux')('the recipe for Arch puts everything in its place', () => {
    const folder = folders();
    const [sources, target] = [join(folder, 'src'), join(folder, 'pkg')];
    for (const one of [sources, target]) mkdirSync(one);
    writeFileSync(join(folder, 'PKGBUILD'), text('aur/PKGBUILD'));
    const program = join(sources, 'claude-code-proxy-linux-amd64');
    writeFileSync(program, '#!/bin/sh\necho "$*"\n');
    chmodSync(program, 0o755);
    const lines = `set -e; srcdir=${sources} pkgdir=${target} CARCH=x86_64; . ${folder}/PKGBUILD; package; echo "$pkgname $pkgver"`;
    expect(tool('bash', ['bash', '-c', lines])).toBe('claude-code-proxy-bin 1.2.3\n');
    expect(readFileSync(join(target, 'usr/share/zsh/site-functions/_claude-code-proxy'), 'utf8')).toBe(
      'completion zsh\n',
    );
    expect(statSync(join(target, 'usr/bin/claude-code-proxy')).mode & 0o777).toBe(0o755);
    expect(JSON.parse(readFileSync(join(target, 'usr/lib/claude-code-proxy/install.json'), 'utf8')).by).toBe(
      'aur',
    );
    const info = text('aur/.SRCINFO');
    for (const line of [
      `pkgver = 1.2.3`,
      `sha256sums_x86_64 = ${hashOf('claude-code-proxy-linux-amd64.gz')}`,
    ])
      expect(info).toContain(line);
  });
});

test.skipIf(process.platform !== 'linux')(
  'what people take is in the folder of the release, the same to the byte each time',
  () => {
    const [one, other] = [aRelease(), aRelease()];
    const made = makeManifests({ facts: someFacts, folder: one, work: join(one, '..', 'work') });
    makeManifests({ facts: someFacts, folder: other, work: join(other, '..', 'work') });
    expect(made).toEqual([
      'install.sh',
      'install.ps1',
      'claude-code-proxy-manifests.tar.gz',
      'claude-code-proxy-chart.tgz',
      'claude-code-proxy-deploy.tar.gz',
    ]);
    for (const name of made)
      expect(readFileSync(join(one, name)).equals(readFileSync(join(other, name)))).toBe(true);
    expect(tool('tar', ['tar', '-tzf', join(one, 'claude-code-proxy-chart.tgz')])).toContain(
      'claude-code-proxy/Chart.yaml\n',
    );
    expect(
      gunzipSync(readFileSync(join(one, 'claude-code-proxy-deploy.tar.gz'))).includes('compose.team.yaml'),
    ).toBe(true);
  },
);

const shellcheck = process.platform === 'linux' ? aSystemPart('shellcheck', 'shellcheck') : undefined;

test.skipIf(shellcheck === undefined)('shellcheck has nothing to say about any script', () => {
  const texts = everyText();
  const folder = folders();
  for (const [path, script] of texts) {
    if (!path.endsWith('.sh')) continue;
    const file = join(folder, 'script.sh');
    writeFileSync(file, script);
    const done = Bun.spawnSync(['shellcheck', '--severity=style', file], { stdout: 'pipe' });
    expect({ path, said: done.stdout.toString() }).toEqual({ path, said: '' });
  }
});

describe('install.ps1, which cannot be run here', () => {
  const script = releaseTexts(someFacts, releaseValues(someFacts, aRelease())).get('install.ps1') ?? '';

  test('checks the signature before it believes the list, and each file before it uses it', () => {
    const at = (words: string): number => {
      const place = script.indexOf(words);
      expect(place, words).toBeGreaterThan(0);
      return place;
    };
    expect(at('Test-Signature $Base\n')).toBeLessThan(at("Test-Hash 'release.json' $file"));
    expect(at('Test-Hash "$binary.gz" $archive')).toBeLessThan(at('Expand-Gzip $archive $new'));
    expect(at('Test-Hash $binary $new')).toBeLessThan(at('& $new --version'));
    expect(at('& $new --version')).toBeLessThan(at('Move-IntoPlace $new\n'));
  });

  test('replaces nothing by something older, unless that is asked for by name', () => {
    const at = (words: string): number => script.indexOf(words);
    expect(at('$release = Get-Release $base')).toBeLessThan(at('Test-Present $release.version $base'));
    expect(at('Test-Present $release.version $base')).toBeLessThan(at('Get-File "$base/$binary.gz"'));
    expect(script).toContain("if ($Version -ne '' -or -not (Test-Path -LiteralPath $place)) { return }");
    expect(script).toContain('if (Test-Older $Released $present) {');
  });

  test('leaves nothing in the scope of whoever runs it by `irm | iex`', () => {
    const [first, ...lines] = script
      .replaceAll(/<#[\s\S]*?#>/g, '')
      .replaceAll(/^ *#.*$/gm, '')
      .split('\n')
      .filter((line) => line.trim() !== '');
    expect([first, lines.at(-1)]).toEqual(['& {', '} @args']);
    for (const line of lines.slice(0, -1)) expect(line).toStartWith('    ');
  });

  test('keeps the %variables% that stand in PATH', () => {
    expect(script).not.toMatch(/EnvironmentVariable\('Path'/);
    expect(script).toContain('RegistryValueOptions]::DoNotExpandEnvironmentNames');
    expect(script).toContain('RegistryValueKind]::ExpandString');
  });

  test('where it joins stderr to stdout, a line there ends nothing: PowerShell 5.1 takes it for an error', () => {
    const modify = everyText().get('manifests/chocolatey/tools/chocolateybeforemodify.ps1') ?? '';
    for (const text of [script, modify]) {
      expect(text).toContain('2>&1');
      const calm = /(?:function [^\n]*|& |= )\{\n[^}]*\$ErrorActionPreference = 'Continue'\n[^}]*\}/g;
      const rest = text.replaceAll(calm, '');
      expect(rest).not.toContain(' stop 2>&1');
    }
  });

  test('every function it calls is one of its own or of PowerShell 5.1', () => {
    const own = [...script.matchAll(/^ *function ([\w-]+)/gm)].map(([, name]) => name);
    const called = new Set(
      [...script.replaceAll(/^\s*#.*$/gm, '').matchAll(/\b([A-Z][a-z]+-[A-Z]\w+)\b/g)].map(
        ([, name]) => name,
      ),
    );
    const builtIn = [
      'Get-Command',
      'Get-Content',
      'Get-FileHash',
      'Get-Item',
      'Join-Path',
      'Move-Item',
      'New-Item',
      'New-Object',
      'Out-Null',
      'Out-String',
      'Remove-Item',
      'Select-Object',
      'Set-StrictMode',
      'Test-Path',
      'Where-Object',
      'Write-Host',
      'Write-Warning',
      'ConvertFrom-Json',
    ];
    expect([...called].filter((name) => !own.includes(name) && !builtIn.includes(name ?? ''))).toEqual([]);
  });
});
