import { describe, expect, test } from 'bun:test';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { whyNeverUpdated } from '../../scripts/release/updatable.ts';
import { product } from '../../src/base/product.ts';
import { releaseKeyText } from '../help/a-signed-release.ts';
import { aSystemPart } from '../help/a-system-part.ts';
import { aReleaseFolder } from '../help/a-release-folder.ts';
import { aWindowsProgram } from '../help/a-windows-program.ts';
import { temporaryFolders } from '../help/a-folder.ts';

const folder = temporaryFolders();
const scripts = join(import.meta.dir, '..', '..', 'scripts', 'release');

interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function run(words: readonly string[], env: Readonly<Record<string, string>> = {}, cwd = '.'): Said {
  const path = env['PATH'] ?? process.env['PATH'] ?? '';
  const done = Bun.spawnSync([...words], { cwd, env: { ...env, PATH: path }, stdin: 'ignore' });
  return { code: done.exitCode, out: done.stdout.toString(), err: done.stderr.toString() };
}

interface Pair {
  readonly secret: string;
  readonly publicFile: string;
}

/** A key pair without a password, as `minisign -G -W` makes it. */
function aKey(minisign: string): Pair {
  const here = folder();
  const made = run([minisign, '-G', '-W', '-p', join(here, 'key.pub'), '-s', join(here, 'key')]);
  expect(made.err).toBe('');
  return { secret: readFileSync(join(here, 'key'), 'utf8'), publicFile: join(here, 'key.pub') };
}

const minisign = aSystemPart('minisign', 'minisign');
const osslsigncode = aSystemPart('osslsigncode', 'osslsigncode');

describe.skipIf(minisign === undefined)('the signature of checksums.txt', () => {
  const feed = { RELEASE_FEED_URL: 'https://mirror.example.com/' };
  /** Signs with `key`, which is trusted. */
  const sign = (here: string, key: Pair): Said =>
    run([process.execPath, join(scripts, 'steps', 'sign.ts'), here, key.publicFile], {
      ...feed,
      MINISIGN_SECRET_KEY: key.secret,
    });
  const verify = (here: string, keys: string): Said =>
    run([join(scripts, 'verify-signature.sh'), here, keys]);

  test('minisign verifies it with the public key, and reads the version and the date in it', async () => {
    const [here, key] = [folder(), aKey(minisign ?? '')];
    await aReleaseFolder(here);
    expect(sign(here, key)).toMatchObject({ code: 0, err: '' });
    const words = ['-V', '-p', key.publicFile, '-m', join(here, 'checksums.txt')];
    const { code, out } = run([minisign ?? '', ...words]);
    expect(out).toContain('Trusted comment: claude-code-proxy 1.2.3 2026-05-05T00:00:00Z\n');
    expect(code).toBe(0);
    // Of the form that hashes before it signs.
    const [, signature = ''] = readFileSync(join(here, 'checksums.txt.minisig'), 'utf8').split('\n');
    expect(Buffer.from(signature, 'base64').toString('latin1', 0, 2)).toBe('ED');
  });

  test('a release is verified whole: a changed file, one more and one less are found', async () => {
    const [here, key] = [folder(), aKey(minisign ?? '')];
    await aReleaseFolder(here);
    sign(here, key);
    expect(verify(here, key.publicFile)).toMatchObject({ code: 0 });
    writeFileSync(join(here, 'more'), 'x');
    expect(verify(here, key.publicFile).err).toContain('checksums.txt names');
    writeFileSync(join(here, 'claude-code-proxy-linux-amd64'), 'another');
    expect(verify(here, key.publicFile).code).not.toBe(0);
  });

  test('the signature of a stranger is refused, and without a trusted key nothing is released', async () => {
    const [here, key, stranger] = [folder(), aKey(minisign ?? ''), aKey(minisign ?? '')];
    await aReleaseFolder(here);
    sign(here, stranger);
    expect(verify(here, key.publicFile).err).toContain('not signed by a trusted key');
    const none = join(folder(), 'keys.txt');
    writeFileSync(none, '# no key yet\n\n');
    expect(verify(here, none).err).toContain('No key is trusted');
  });

  test('without a key, and over files that are not those of the checksums, nothing is signed', async () => {
    const [here, key] = [folder(), aKey(minisign ?? '')];
    await aReleaseFolder(here);
    expect(sign(here, { ...key, secret: '' }).err).toContain('There is no key');
    const damaged = key.secret.replace(/.{20}\n$/, '\n');
    expect(sign(here, { ...key, secret: damaged }).err).toContain('no secret key');
    writeFileSync(join(here, 'claude-code-proxy-linux-amd64'), 'changed');
    expect(sign(here, key).code).not.toBe(0);
    expect(existsSync(join(here, 'checksums.txt.minisig'))).toBe(false);
  });
});

describe('a release that nobody could ever update', () => {
  const feed = 'https://mirror.example.com/';
  const noKeys = (): string => {
    const file = join(folder(), 'keys.txt');
    writeFileSync(file, '# no key yet\n');
    return file;
  };

  test('is one without a feed, or without a key that is trusted; what to set is said', () => {
    expect(whyNeverUpdated(feed, releaseKeyText)).toEqual([]);
    expect(whyNeverUpdated(undefined, releaseKeyText)).toEqual([
      expect.stringContaining('set `feed` in src/base/product.ts'),
    ]);
    expect(whyNeverUpdated(feed, '# no key yet\n')).toEqual([
      expect.stringContaining('put the public key into data/release-keys.txt'),
    ]);
  });

  test('has no tag that is accepted', () => {
    const words = [join(scripts, 'steps', 'check-tag.ts'), `v${product.version}`, noKeys()];
    const { code, err } = run([process.execPath, ...words]);
    expect(err).toContain('put the public key into data/release-keys.txt');
    expect(err.includes('set `feed`')).toBe(product.feed === undefined);
    expect(code).toBe(1);
  });

  test('is not signed', async () => {
    const here = folder();
    await aReleaseFolder(here);
    const words = [process.execPath, join(scripts, 'steps', 'sign.ts'), here, noKeys()];
    const { code, err } = run(words, { MINISIGN_SECRET_KEY: 'a key', RELEASE_FEED_URL: '' });
    expect(err).toContain('set `feed` in src/base/product.ts');
    expect(err).toContain('put the public key into data/release-keys.txt');
    expect(code).toBe(1);
  });
});

describe.skipIf(osslsigncode === undefined)('Authenticode', () => {
  const sign = (here: string, env: Readonly<Record<string, string>>): Said =>
    run([join(scripts, 'sign-windows.sh'), here], env);

  /** A certificate made by ourselves, with a password. */
  function aCertificate(): { env: Record<string, string>; pem: string } {
    const here = folder();
    const usage = ['-addext', 'extendedKeyUsage=codeSigning'];
    const pair = ['-keyout', 'key.pem', '-out', 'cert.pem'];
    const words = [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '2',
      '-subj',
      '/CN=self',
      ...usage,
    ];
    expect(run(['openssl', ...words, ...pair], {}, here).code).toBe(0);
    const out = ['pkcs12', '-export', '-in', 'cert.pem', '-inkey', 'key.pem', '-out', 'both.p12'];
    expect(run(['openssl', ...out, '-passout', 'pass:planted-secret'], {}, here).code).toBe(0);
    const certificate = readFileSync(join(here, 'both.p12')).toString('base64');
    const env = { WINDOWS_CERTIFICATE: certificate, WINDOWS_CERTIFICATE_PASSWORD: 'planted-secret' };
    return { env, pem: join(here, 'cert.pem') };
  }

  test('every .exe in a folder is signed with the certificate', () => {
    const [here, { env, pem }] = [folder(), aCertificate()];
    writeFileSync(join(here, 'a.exe'), aWindowsProgram(), { mode: 0o755 });
    expect(sign(here, env)).toMatchObject({ code: 0 });
    const said = run([osslsigncode ?? '', 'verify', '-CAfile', pem, '-in', join(here, 'a.exe')]);
    expect(said.out).toContain('Signature verification: ok');
    expect(said.out).not.toContain('planted-secret');
    expect(statSync(join(here, 'a.exe')).mode & 0o777).toBe(0o755);
  });

  test('without a certificate the files stay as they are, and that is said', () => {
    const here = folder();
    writeFileSync(join(here, 'a.exe'), aWindowsProgram());
    expect(sign(here, {})).toMatchObject({ code: 0, out: expect.stringContaining('stay unsigned') });
    expect(readFileSync(join(here, 'a.exe')).equals(aWindowsProgram())).toBe(true);
  });

  test('a folder without such a file, and a wrong password, are failures', () => {
    const [here, { env }] = [folder(), aCertificate()];
    expect(sign(here, env).code).not.toBe(0);
    writeFileSync(join(here, 'a.exe'), aWindowsProgram());
    expect(sign(here, { ...env, WINDOWS_CERTIFICATE_PASSWORD: 'wrong' }).code).not.toBe(0);
    expect(readFileSync(join(here, 'a.exe')).equals(aWindowsProgram())).toBe(true);
  });
});

describe.skipIf(process.platform === 'win32')(
  'Apple, by programs that only write down how they are called',
  () => {
    /** A `PATH` with `names` in it, and the file that has what they were called with. */
    function witnesses(names: readonly string[]): { path: string; calls: () => string } {
      const here = folder();
      const said = join(here, 'calls');
      for (const name of names) {
        const identity = `[ "$1" != find-identity ] || echo '  1) 0123ABCD "Developer ID Application: x"'`;
        writeFileSync(join(here, name), `#!/bin/sh\necho "${name} $*" >>'${said}'\n${identity}\n`);
        chmodSync(join(here, name), 0o755);
      }
      return { path: `${here}:${process.env['PATH']}`, calls: () => readFileSync(said, 'utf8') };
    }

    function someBinaries(): string {
      const here = join(folder(), 'release');
      mkdirSync(here);
      for (const name of [
        'claude-code-proxy-darwin-arm64',
        'claude-code-proxy-linux-arm64',
        'x-darwin-arm64.gz',
      ])
        writeFileSync(join(here, name), 'binary');
      return here;
    }

    const ofApple = {
      APPLE_CERTIFICATE_PASSWORD: 'planted-secret',
      APPLE_API_KEY: 'planted-key',
      APPLE_API_KEY_ID: 'ID1',
      APPLE_API_ISSUER: 'issuer',
    };

    /** One that is signed by itself, in base64 as the secret has it. */
    function aCertificate(): string {
      const here = folder();
      const made =
        'openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=self -keyout k -out c && openssl pkcs12 -export -in c -inkey k -out p12 -passout pass:planted-secret';
      expect(run(['sh', '-c', made], {}, here).code).toBe(0);
      return readFileSync(join(here, 'p12')).toString('base64');
    }

    test('binaries are signed for the hardened runtime and notarised, and no secret stands on a command line', () => {
      const { path, calls } = witnesses(['security', 'codesign', 'xcrun', 'zip']);
      const said = run([join(scripts, 'sign-macos.sh'), someBinaries()], {
        PATH: path,
        APPLE_CERTIFICATE: aCertificate(),
        ...ofApple,
      });
      expect(said).toMatchObject({ code: 0, out: expect.stringContaining('1 files signed') });
      expect(calls()).toMatch(/codesign --force --sign 0123ABCD .*--options runtime .*darwin-arm64\n/);
      expect(calls()).toMatch(/xcrun notarytool submit .* --key-id ID1 --issuer issuer\n/);
      expect(calls()).toContain('security delete-keychain');
      expect(calls()).not.toContain('planted');
      expect(calls()).not.toContain('linux');
    });

    test('the package is signed and notarised in its place, and nothing of it is run', () => {
      const here = folder();
      const name = 'claude-code-proxy-darwin-universal2.pkg';
      writeFileSync(join(here, name), 'unsigned');
      const { path, calls } = witnesses(['security', 'pkgutil', 'xcrun']);
      const productsign = '#!/bin/sh\nfor last; do :; done\necho signed >"$last"\n';
      writeFileSync(join(path.split(':', 1).join(''), 'productsign'), productsign, { mode: 0o755 });
      const script = join(scripts, 'sign-package-macos.sh');
      expect(run([script, here], { PATH: path })).toMatchObject({
        code: 0,
        out: expect.stringContaining('the package is unsigned'),
      });
      expect(readFileSync(join(here, name), 'utf8')).toBe('unsigned');
      const env = { PATH: path, APPLE_INSTALLER_CERTIFICATE: aCertificate(), ...ofApple };
      expect(run([script, here], env).code).toBe(0);
      expect(readFileSync(join(here, name), 'utf8')).toBe('signed\n');
      expect(calls()).toMatch(/xcrun notarytool submit .* --key-id ID1 .*\n/);
      expect(calls()).toContain('xcrun stapler staple');
      expect(calls()).not.toContain('planted');
    });

    test('without a certificate the signatures of the build stay', () => {
      const { path } = witnesses(['codesign']);
      const said = run([join(scripts, 'sign-macos.sh'), someBinaries()], { PATH: path });
      expect(said).toMatchObject({ code: 0, out: expect.stringContaining('keep their ad-hoc signatures') });
    });
  },
);
