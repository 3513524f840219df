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
import { tool } from '../../scripts/release/packages/tree.ts';
import { plainValues } from '../../scripts/release/packages/values.ts';
import { product } from '../../src/base/product.ts';
import { aSystemPart } from '../help/a-system-part.ts';
import { nativeFile } from '../help/a-built-file.ts';
import { DebianRoot } from '../help/a-debian-root.ts';
import { packagesOf } from '../help/a-packaged-binary.ts';

/*
 * Packages and image of the binary that was built: installed, started as the unit says by the user it says, upgraded,
 * removed. On Linux, and by root only.
 */

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
  let root: DebianRoot;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'ccproxy-built-'));
    // The user of the service has to come through.
    chmodSync(folder, 0o755);
    root = new DebianRoot(join(folder, 'root'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  test('the .deb is installed and verified by dpkg', () => {
    const [deb = ''] = packagesOf(folder, '1.2.3', ['deb']);
    root.dpkg('--install', deb);
    expect(root.dpkg('--verify', product.binary)).toBe('');
  }, 120_000);

  test('the service starts as its unit says, as the user it says, and answers', async () => {
    const unit = readFileSync(root.path(`usr/lib/systemd/system/${product.binary}.service`), 'utf8');
    const setting = (name: string): string => new RegExp(`^${name}=(.*)$`, 'm').exec(unit)?.[1] ?? '';
    const [, uid = '', gid = ''] =
      new RegExp(`^${setting('User')}:x:(\\d+):(\\d+):`, 'm').exec(
        readFileSync(root.path('etc/passwd'), 'utf8'),
      ) ?? [];
    expect(Number(uid)).toBeGreaterThan(0);
    // What the manager makes before it starts the program (StateDirectory=).
    const home = root.path('var/lib/claude-code-proxy');
    mkdirSync(home, { recursive: true, mode: 0o700 });
    tool('coreutils', ['chown', `${uid}:${gid}`, home]);
    writeFileSync(
      root.path('etc/claude-code-proxy/environment'),
      'CCPROXY_PORT=0\nCCPROXY_VAULT_BACKEND=key-file\n',
    );
    const words = setting('ExecStart').split(' ');
    expect(words[0]).toBe('/usr/bin/claude-code-proxy');
    const asItsUser = ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
    const env = {
      ...Object.fromEntries(
        [
          setting('Environment'),
          ...readFileSync(root.path('etc/claude-code-proxy/environment'), 'utf8').trim().split('\n'),
        ].map((line) => line.split('=') as [string, string]),
      ),
      CCPROXY_HOME: home,
      // From the user's entry in passwd(5), as the manager does it.
      HOME: home,
      PATH: process.env['PATH'] ?? '',
    };
    const child = Bun.spawn([...asItsUser, root.path(words[0] ?? ''), ...words.slice(1)], {
      cwd: '/',
      env,
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'pipe',
    });
    const { value } = await child.stdout.getReader().read();
    const said = new TextDecoder().decode(value);
    if (said === '') throw new Error(await new Response(child.stderr).text());
    expect(said).toStartWith('listening on http://127.0.0.1:');
    const health = Bun.spawnSync([...asItsUser, root.path('usr/bin/claude-code-proxy'), 'health', '--live'], {
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
    const [deb = ''] = packagesOf(folder, '1.2.4', ['deb']);
    root.dpkg('--force-confold', '--install', deb);
    expect(readFileSync(root.path('etc/claude-code-proxy/environment'), 'utf8')).toContain('CCPROXY_PORT=0');
    root.dpkg('--remove', product.binary);
    expect(existsSync(root.path('usr/bin/claude-code-proxy'))).toBe(false);
    expect(existsSync(root.path('var/lib/claude-code-proxy/proxy.db'))).toBe(true);
    root.dpkg('--purge', product.binary);
    expect(existsSync(root.path('var/lib/claude-code-proxy'))).toBe(false);
  }, 120_000);

  test('the .rpm is installed and verified by rpm, and starts', () => {
    const [rpm = ''] = packagesOf(folder, '1.2.3', ['rpm']);
    const place = join(folder, 'rpm-root');
    const words = ['rpm', '--root', place, '--nodeps', '--noscripts'];
    tool('rpm', [...words, '--install', rpm]);
    expect(tool('rpm', [...words, '--verify', product.binary])).toBe('');
    expect(tool('', [join(place, 'usr/bin/claude-code-proxy'), '--version'])).toStartWith(
      'claude-code-proxy ',
    );
  });

  test('what npm packs starts by npx, and nothing else has to be there', () => {
    const packed = packagesOf(folder, '1.2.3', ['npm']);
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
    tool('dash', ['sh', script, nativeFile().path, image]);
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
