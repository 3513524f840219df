import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
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
import { deployFiles } from '../../scripts/release/packages/deploy.ts';
import { makePackages } from '../../scripts/release/packages/make.ts';
import { tool } from '../../scripts/release/packages/tree.ts';
import { plainValues } from '../../scripts/release/packages/values.ts';
import { product } from '../../src/base/product.ts';
import { aSystemPart } from '../help/a-system-part.ts';
import { someFacts } from '../help/some-facts.ts';

/*
 * Packages and image of the real binary (npm run build), compressed as a release has them: installed, started as the
 * unit says by the user it says, upgraded, removed. On Linux, and by root only.
 */

const repository = join(import.meta.dir, '..', '..');
const built = join(repository, 'dist', product.binary);
const processor = process.arch === 'x64' ? 'amd64' : 'arm64';
const canRun = process.platform === 'linux' && process.getuid?.() === 0;
if (!canRun) console.warn('SKIPPED: packages of the real binary are installed on Linux by root only');
for (const [program, debian] of [
  ['rpmbuild', 'rpm'],
  ['dpkg-deb', 'dpkg'],
  ['setpriv', 'util-linux'],
] as const)
  if (canRun) aSystemPart(program, debian);

describe.skipIf(!canRun)('packages of the real binary', () => {
  let folder: string;
  const root = (): string => join(folder, 'root');
  const inRoot = (path: string): string => join(root(), path);
  const dpkg = (...words: string[]): string =>
    tool('dpkg', ['dpkg', `--root=${root()}`, '--force-script-chrootless', '--force-depends', ...words]);

  /** The packages of the binary under a version, strongest where a release is measured. */
  function packages(
    version: string,
    effort: 'fast' | 'strongest',
    kinds: ('deb' | 'rpm' | 'npm')[],
  ): string[] {
    const release = join(folder, version, 'release');
    mkdirSync(release, { recursive: true });
    const binary = join(release, `${product.binary}-linux-${processor}`);
    writeFileSync(binary, readFileSync(built));
    chmodSync(binary, 0o755);
    const facts = { ...someFacts, version };
    return makePackages({ facts, folder: release, work: join(folder, 'work'), effort }, kinds);
  }

  beforeAll(() => {
    if (!existsSync(built)) throw new Error('There is no binary: npm run build.');
    folder = mkdtempSync(join(tmpdir(), 'ccproxy-built-'));
    // The user of the service has to come through.
    chmodSync(folder, 0o755);
    for (const path of [
      'var/lib/dpkg/info',
      'var/lib/dpkg/updates',
      'var/lib/dpkg/triggers',
      'etc',
      'var/log',
    ])
      mkdirSync(inRoot(path), { recursive: true });
    writeFileSync(inRoot('var/lib/dpkg/status'), '');
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  test('the .deb is as small as a release promises', () => {
    const [deb = ''] = packages('1.2.3', 'strongest', ['deb']);
    expect(statSync(deb).size).toBeLessThan(45e6);
    dpkg('--install', deb);
    expect(dpkg('--verify', product.binary)).toBe('');
  });

  test('the service starts as its unit says, as the user it says, and answers', async () => {
    const unit = readFileSync(inRoot(`usr/lib/systemd/system/${product.binary}.service`), 'utf8');
    const setting = (name: string): string => new RegExp(`^${name}=(.*)$`, 'm').exec(unit)?.[1] ?? '';
    const [, uid = '', gid = ''] =
      new RegExp(`^${setting('User')}:x:(\\d+):(\\d+):`, 'm').exec(
        readFileSync(inRoot('etc/passwd'), 'utf8'),
      ) ?? [];
    expect(Number(uid)).toBeGreaterThan(0);
    // What the manager makes before it starts the program (StateDirectory=).
    const home = inRoot('var/lib/claude-code-proxy');
    mkdirSync(home, { recursive: true, mode: 0o700 });
    tool('coreutils', ['chown', `${uid}:${gid}`, home]);
    writeFileSync(
      inRoot('etc/claude-code-proxy/environment'),
      'CCPROXY_PORT=0\nCCPROXY_VAULT_BACKEND=key-file\n',
    );
    const words = setting('ExecStart').split(' ');
    expect(words[0]).toBe('/usr/bin/claude-code-proxy');
    const asItsUser = ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
    const env = {
      ...Object.fromEntries(
        [
          setting('Environment'),
          ...readFileSync(inRoot('etc/claude-code-proxy/environment'), 'utf8').trim().split('\n'),
        ].map((line) => line.split('=') as [string, string]),
      ),
      CCPROXY_HOME: home,
      PATH: process.env['PATH'] ?? '',
    };
    const child = Bun.spawn([...asItsUser, inRoot(words[0] ?? ''), ...words.slice(1)], {
      cwd: '/',
      env,
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'pipe',
    });
    const { value } = await child.stdout.getReader().read();
    expect(new TextDecoder().decode(value)).toStartWith('listening on http://127.0.0.1:');
    const health = Bun.spawnSync([...asItsUser, inRoot('usr/bin/claude-code-proxy'), 'health', '--live'], {
      cwd: '/',
      env,
    });
    expect(health.stdout.toString()).toBe('pass\n');
    child.kill('SIGTERM');
    expect(await child.exited).toBe(0);
    expect(statSync(join(home, 'proxy.db')).uid).toBe(Number(uid));
    expect(statSync(join(home, 'proxy.db')).mode & 0o777).toBe(0o600);
  }, 60_000);

  test('an upgrade and a removal leave accounts and what an administrator has set', () => {
    const [deb = ''] = packages('1.2.4', 'fast', ['deb']);
    dpkg('--force-confold', '--install', deb);
    expect(readFileSync(inRoot('etc/claude-code-proxy/environment'), 'utf8')).toContain('CCPROXY_PORT=0');
    dpkg('--remove', product.binary);
    expect(existsSync(inRoot('usr/bin/claude-code-proxy'))).toBe(false);
    expect(existsSync(inRoot('var/lib/claude-code-proxy/proxy.db'))).toBe(true);
    dpkg('--purge', product.binary);
    expect(existsSync(inRoot('var/lib/claude-code-proxy'))).toBe(false);
  });

  test('the .rpm is installed and verified by rpm, and starts', () => {
    const [rpm = ''] = packages('1.2.3', 'fast', ['rpm']);
    const place = join(folder, 'rpm-root');
    const words = ['rpm', '--root', place, '--nodeps', '--noscripts'];
    tool('rpm', [...words, '--install', rpm]);
    expect(tool('rpm', [...words, '--verify', product.binary])).toBe('');
    expect(tool('', [join(place, 'usr/bin/claude-code-proxy'), '--version'])).toStartWith(
      'claude-code-proxy ',
    );
  });

  test('what npm packs starts by npx, and nothing else has to be there', () => {
    const packed = packages('1.2.3', 'fast', ['npm']);
    const project = join(folder, 'project');
    mkdirSync(project);
    writeFileSync(join(project, 'package.json'), '{ "private": true }');
    tool('npm', ['npm', 'install', '--offline', '--no-audit', '--no-fund', ...packed.toReversed()], {
      cwd: project,
    });
    const env = { CCPROXY_HOME: join(folder, 'npm-home'), CCPROXY_VAULT_BACKEND: 'key-file' };
    const said = tool('npm', ['npx', '--offline', 'claude-code-proxy', 'config', 'validate'], {
      cwd: project,
      env,
    });
    expect(said).toStartWith('ok');
  });

  test('the image starts in a bare root, without a shell, as its user, on nothing it may write but /data', async () => {
    const image = join(folder, 'image');
    const script = join(folder, 'image.sh');
    writeFileSync(
      script,
      deployFiles(plainValues({ version: '1.2.3', image: 'x:1' })).get('container/image.sh') ?? '',
    );
    tool('dash', ['sh', script, built, image]);
    mkdirSync(join(image, 'proc'));
    const env = {
      HOME: '/data',
      CCPROXY_HOME: '/data',
      CCPROXY_PORT: '0',
      CCPROXY_VAULT_BACKEND: 'key-file',
    };
    const inImage =
      'mount -t proc proc "$0/proc" && exec chroot --userspec=65532:65532 "$0" /usr/bin/claude-code-proxy "$@"';
    const run = (...words: string[]) =>
      Bun.spawn(['unshare', '--mount', 'sh', '-c', inImage, image, ...words], {
        env: { ...env, PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
        stdin: 'ignore',
        stdout: 'pipe',
        stderr: 'pipe',
      });
    const child = run('serve', '--no-open');
    const { value } = await child.stdout.getReader().read();
    expect(new TextDecoder().decode(value)).toStartWith('listening on ');
    const health = run('health', '--live');
    expect(await new Response(health.stdout).text()).toBe('pass\n');
    expect(await health.exited).toBe(0);
    child.kill('SIGTERM');
    expect(await child.exited).toBe(0);
    expect(existsSync(join(image, 'bin/sh'))).toBe(false);
    expect(statSync(join(image, 'data')).mode & 0o777).toBe(0o700);
  }, 60_000);
});
