import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildDeb, type LinuxPackage } from '../../scripts/release/packages/deb.ts';
import { buildRpm } from '../../scripts/release/packages/rpm.ts';
import { tool } from '../../scripts/release/packages/tree.ts';
import { releaseValues } from '../../scripts/release/packages/values.ts';
import { aSystemPart } from '../help/a-system-part.ts';
import { smallBinary } from '../help/a-signed-release.ts';
import { someFacts } from '../help/some-facts.ts';

const hasDpkg = process.platform === 'linux' && aSystemPart('dpkg-deb', 'dpkg') !== undefined;
const hasRpm = process.platform === 'linux' && aSystemPart('rpmbuild', 'rpm') !== undefined;
const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('SKIPPED: packages are installed by root only, into a folder of their own');

/** What both packages hold, and how. */
const expected = [
  '-rw-r--r-- /usr/lib/claude-code-proxy/install.json',
  '-rw-r--r-- /usr/lib/systemd/system/claude-code-proxy.service',
  '-rw-r--r-- /usr/lib/sysusers.d/claude-code-proxy.conf',
  '-rw-r--r-- /usr/share/bash-completion/completions/claude-code-proxy',
  '-rw-r--r-- /usr/share/fish/vendor_completions.d/claude-code-proxy.fish',
  '-rw-r--r-- /usr/share/man/man1/claude-code-proxy.1.gz',
  '-rw------- /etc/claude-code-proxy/environment',
  '-rwxr-xr-x /usr/bin/claude-code-proxy',
];

let folder: string;
const made = (version: string, processor = 'amd64'): LinuxPackage => {
  const facts = { ...someFacts, version };
  const binary = join(folder, `binary-${version}`);
  writeFileSync(binary, smallBinary(version, '/dev/null'));
  chmodSync(binary, 0o700);
  return {
    facts,
    values: releaseValues(facts, folder),
    processor,
    binary,
    folder: join(folder, version),
    work: join(folder, 'work'),
    effort: 'fast',
  };
};
const digest = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ccproxy-packages-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(!hasDpkg)('the .deb', () => {
  const field = (path: string, name: string): string =>
    tool('dpkg', ['dpkg-deb', '--field', path, name]).trim();

  test('says what it is, for which processor, and what it needs', () => {
    const path = buildDeb(made('1.2.3', 'arm64'));
    expect(path).toEndWith('claude-code-proxy-linux-arm64.deb');
    expect(field(path, 'Package')).toBe('claude-code-proxy');
    expect(field(path, 'Version')).toBe('1.2.3');
    expect(field(path, 'Architecture')).toBe('arm64');
    expect(field(path, 'Depends')).toContain('libc6 (>= 2.17)');
  });

  test('a candidate of a release comes before that release', () => {
    const path = buildDeb(made('1.3.0-rc.1'));
    expect(field(path, 'Version')).toBe('1.3.0~rc.1');
    expect(tool('dpkg', ['sh', '-c', 'dpkg --compare-versions 1.3.0~rc.1 lt 1.3.0 && echo older'])).toBe(
      'older\n',
    );
  });

  test('holds the program and what belongs to it, all of root', () => {
    const listed = tool('dpkg', ['dpkg-deb', '--contents', buildDeb(made('1.2.3'))]).split('\n');
    const files = listed.filter((line) => line.startsWith('-')).map((line) => line.split(/ +/));
    expect(files.map(([mode, , , , , path = '']) => `${mode} ${path.slice(1)}`)).toEqual(
      expect.arrayContaining([
        ...expected,
        '-rw-r--r-- /usr/share/zsh/vendor-completions/_claude-code-proxy',
      ]),
    );
    expect(new Set(listed.filter((line) => line !== '').map((line) => line.split(/ +/)[1]))).toEqual(
      new Set(['root/root']),
    );
  });

  test('is the same to the byte when it is built again', () => {
    const first = digest(buildDeb(made('1.2.3')));
    rmSync(join(folder, '1.2.3'), { recursive: true });
    expect(digest(buildDeb(made('1.2.3')))).toBe(first);
  });

  describe.skipIf(!isRoot)('installed by dpkg', () => {
    let root: string;
    const dpkg = (...words: string[]): string =>
      tool('dpkg', ['dpkg', `--root=${root}`, '--force-script-chrootless', '--force-depends', ...words]);
    const inRoot = (path: string): string => join(root, path);

    beforeAll(() => {
      root = join(folder, 'root');
      for (const path of [
        'var/lib/dpkg/info',
        'var/lib/dpkg/updates',
        'var/lib/dpkg/triggers',
        'etc',
        'var/log',
      ])
        mkdirSync(inRoot(path), { recursive: true });
      writeFileSync(inRoot('var/lib/dpkg/status'), '');
      dpkg('--install', buildDeb(made('1.2.3')));
    });

    test('is there whole, with a user of its own for the service', () => {
      expect(dpkg('--verify', 'claude-code-proxy')).toBe('');
      expect(tool('', [inRoot('usr/bin/claude-code-proxy'), '--version'])).toBe('claude-code-proxy 1.2.3\n');
      expect(readFileSync(inRoot('etc/passwd'), 'utf8')).toMatch(
        /^claude-code-proxy:x:\d+:\d+:Claude Code Proxy:\/var\/lib\/claude-code-proxy:\/usr\/sbin\/nologin$/m,
      );
    });

    test('an upgrade brings the new program and leaves what an administrator has changed', () => {
      writeFileSync(inRoot('etc/claude-code-proxy/environment'), 'CCPROXY_PORT=9000\n');
      mkdirSync(inRoot('var/lib/claude-code-proxy'), { recursive: true });
      writeFileSync(inRoot('var/lib/claude-code-proxy/proxy.db'), 'accounts');
      dpkg('--force-confold', '--install', buildDeb(made('1.2.4')));
      expect(tool('', [inRoot('usr/bin/claude-code-proxy'), '--version'])).toBe('claude-code-proxy 1.2.4\n');
      expect(readFileSync(inRoot('etc/claude-code-proxy/environment'), 'utf8')).toBe('CCPROXY_PORT=9000\n');
      expect(readFileSync(inRoot('var/lib/claude-code-proxy/proxy.db'), 'utf8')).toBe('accounts');
    });

    test('removing leaves accounts and settings, purging takes them', () => {
      dpkg('--remove', 'claude-code-proxy');
      expect(existsSync(inRoot('usr/bin/claude-code-proxy'))).toBe(false);
      expect(existsSync(inRoot('usr/lib/systemd/system/claude-code-proxy.service'))).toBe(false);
      expect(readFileSync(inRoot('var/lib/claude-code-proxy/proxy.db'), 'utf8')).toBe('accounts');
      expect(existsSync(inRoot('etc/claude-code-proxy/environment'))).toBe(true);
      dpkg('--purge', 'claude-code-proxy');
      expect(existsSync(inRoot('var/lib/claude-code-proxy'))).toBe(false);
      expect(existsSync(inRoot('etc/claude-code-proxy'))).toBe(false);
    });
  });
});

describe.skipIf(!hasRpm)('the .rpm', () => {
  const query = (path: string, format: string): string =>
    tool('rpm', ['rpm', '--query', '--package', '--queryformat', format, path]);

  test('says what it is, for which processor, and what it needs', () => {
    const path = buildRpm(made('1.3.0-rc.1', 'arm64'));
    expect(query(path, '%{NAME} %{VERSION} %{ARCH}')).toBe('claude-code-proxy 1.3.0~rc.1 aarch64');
    expect(tool('rpm', ['rpm', '--query', '--package', '--requires', path])).toContain('glibc >= 2.17');
    expect(tool('rpm', ['rpm', '--checksig', path])).toContain('digests OK');
  });

  test('holds the program and what belongs to it, all of root', () => {
    const path = buildRpm(made('1.2.3'));
    const listed = query(path, '[%{FILEMODES:perms} %{FILENAMES} %{FILEUSERNAME}\n]').trim().split('\n');
    expect(listed.map((line) => line.replace(/ root$/, ''))).toEqual(
      expect.arrayContaining([...expected, '-rw-r--r-- /usr/share/zsh/site-functions/_claude-code-proxy']),
    );
    expect(listed.filter((line) => !line.endsWith(' root'))).toEqual([]);
    expect(tool('rpm', ['rpm', '--query', '--package', '--configfiles', path])).toBe(
      '/etc/claude-code-proxy/environment\n',
    );
  });

  test('is the same to the byte when it is built again', () => {
    const first = digest(buildRpm(made('1.2.3')));
    rmSync(join(folder, '1.2.3'), { recursive: true });
    expect(digest(buildRpm(made('1.2.3')))).toBe(first);
  });

  test('its scripts are of the shell that runs them', () => {
    const path = buildRpm(made('1.2.3'));
    for (const script of ['PREIN', 'POSTIN', 'PREUN', 'POSTUN']) {
      const text = query(path, `%{${script}}`);
      expect(text).not.toBe('(none)');
      tool('dash', ['sh', '-n', '-c', text]);
    }
  });

  test.skipIf(!isRoot)('installed by rpm, upgraded and removed, it leaves what is not its own', () => {
    const root = join(folder, 'rpm-root');
    const rpm = (...words: string[]): string =>
      tool('rpm', ['rpm', '--root', root, '--nodeps', '--noscripts', ...words]);
    rpm('--install', buildRpm(made('1.2.3')));
    expect(rpm('--verify', 'claude-code-proxy')).toBe('');
    const settings = join(root, 'etc/claude-code-proxy/environment');
    expect(statSync(settings).mode & 0o777).toBe(0o600);
    writeFileSync(settings, 'CCPROXY_PORT=9000\n');
    rpm('--upgrade', buildRpm(made('1.2.4')));
    expect(readFileSync(settings, 'utf8')).toBe('CCPROXY_PORT=9000\n');
    expect(tool('', [join(root, 'usr/bin/claude-code-proxy'), '--version'])).toBe(
      'claude-code-proxy 1.2.4\n',
    );
    rpm('--erase', 'claude-code-proxy');
    expect(existsSync(join(root, 'usr/bin/claude-code-proxy'))).toBe(false);
    expect(readFileSync(`${settings}.rpmsave`, 'utf8')).toBe('CCPROXY_PORT=9000\n');
  });
});
