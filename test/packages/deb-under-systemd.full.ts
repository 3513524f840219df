import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makePackages } from '../../scripts/release/packages/make.ts';
import { product } from '../../src/base/product.ts';
import { freePort } from '../help/a-port.ts';
import { noSystemdHere, Systemd } from '../help/a-systemd.ts';
import { someFacts } from '../help/some-facts.ts';

// The .deb of the real binary (npm run build) on a machine that a real systemd runs; what it changes is gone with it.

const built = join(import.meta.dir, '..', '..', 'dist', product.binary);
const processor = process.arch === 'x64' ? 'amd64' : 'arm64';
const missing = noSystemdHere();
if (missing !== undefined) console.warn(`SKIPPED: the .deb under a real systemd: ${missing}`);

describe.skipIf(missing !== undefined)('the .deb under a real systemd', () => {
  const unit = `${product.binary}.service`;
  const home = `/var/lib/${product.binary}`;
  let folder: string;
  let systemd: Systemd;
  beforeAll(async () => {
    if (!existsSync(built)) throw new Error('There is no binary: npm run build.');
    folder = mkdtempSync(join(tmpdir(), 'ccproxy-deb-'));
    systemd = await Systemd.start('system');
  }, 60_000);
  afterAll(async () => {
    await systemd.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function aPackage(version: string): string {
    const release = join(folder, version);
    mkdirSync(release);
    const binary = join(release, `${product.binary}-linux-${processor}`);
    copyFileSync(built, binary);
    chmodSync(binary, 0o755);
    const facts = { ...someFacts, version };
    const [made = ''] = makePackages({ facts, folder: release, work: join(folder, 'work'), effort: 'fast' }, [
      'deb',
    ]);
    return made;
  }

  const run = (...words: string[]): string => {
    const { code, out, err } = systemd.run(words);
    if (code !== 0) throw new Error(`${words.join(' ')} ended with ${code}: ${out}${err}`);
    return out.trim();
  };
  const fact = (name: string): string => run('systemctl', 'show', '--value', `--property=${name}`, unit);
  const asService = (...words: string[]): string[] => [
    'setpriv',
    `--reuid=${product.binary}`,
    `--regid=${product.binary}`,
    '--clear-groups',
    product.binary,
    ...words,
    '--home',
    home,
  ];

  test('is installed, started, upgraded, removed and purged, as the page about it says', async () => {
    run('dpkg', '--force-depends', '--install', aPackage('1.0.0'));
    expect(fact('ActiveState')).toBe('inactive');
    const port = await freePort();
    run('sh', '-c', `echo CCPROXY_PORT=${port} >>/etc/${product.binary}/environment`);

    run('systemctl', 'enable', '--now', product.binary);
    expect(fact('StatusText')).toBe(`listening on http://127.0.0.1:${port}`);
    expect((await fetch(`http://127.0.0.1:${port}/health/live`)).status).toBe(200);
    const added = systemd.run(
      asService('auth', 'add', 'work', '--kind', 'api-key', '--secret-stdin'),
      'sk-ant-api03-x',
    );
    expect(added.out).toContain('added work');
    const first = fact('MainPID');

    // The file of variables that an administrator has changed stays.
    run('dpkg', '--force-depends', '--force-confold', '--install', aPackage('1.0.1'));
    expect(fact('MainPID')).not.toBe(first);
    expect((await fetch(`http://127.0.0.1:${port}/health/live`)).status).toBe(200);
    expect(run(...asService('auth', 'list'))).toContain('work');
    expect(run(product.binary, 'service', 'status', '--system')).toContain('running');

    run('dpkg', '--remove', product.binary);
    await expect(fetch(`http://127.0.0.1:${port}/health/live`)).rejects.toThrow();
    expect(run('ls', home)).toContain('credentials.json');
    run('dpkg', '--purge', product.binary);
    expect(systemd.run(['test', '-e', home]).code).toBe(1);
  }, 180_000);
});
