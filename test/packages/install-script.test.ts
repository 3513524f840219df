import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import type { ServerResponse } from 'node:http';
import { dirname, join } from 'node:path';
import { fromTemplate } from '../../scripts/release/packages/template.ts';
import { publicKeyText } from '../../src/update/minisign.ts';
import { newSecretKey } from '../../src/update/secret-key.ts';
import {
  aSignedRelease,
  releaseKeyText,
  ReleaseServer,
  resign,
  smallBinary,
} from '../help/a-signed-release.ts';
import { SmallMachine } from '../help/a-small-machine.ts';
import { aSystemPart } from '../help/a-system-part.ts';

if (process.platform === 'win32') test.skip('install.sh is for Linux and macOS', () => {});
else {
  const hasMinisign = aSystemPart('minisign', 'minisign') !== undefined;
  const dash = aSystemPart('dash', 'dash');
  // What Alpine has for the whole of its tools.
  const busybox = process.platform === 'linux' ? aSystemPart('busybox', 'busybox') : undefined;
  const shells = [
    ['bash', ['bash'], undefined],
    ...(dash === undefined ? [] : [['dash', [dash], undefined] as const]),
    ...(busybox === undefined ? [] : [['busybox', [busybox, 'sh'], busybox] as const]),
  ] as const;

  describe.each(shells)('install.sh in %s', (_, shell, tools) => {
    let machine: SmallMachine;
    let server: ReleaseServer;
    let script: string;
    let log: string;

    const place = () => join(machine.home, '.local', 'bin', 'claude-code-proxy');
    const contents = () => readdirSync(join(machine.home, '.local', 'bin')).toSorted();

    /** Everything begins with a machine that has curl and the openssl of most systems, and a good release. */
    beforeEach(() => open(['curl', 'openssl']));
    afterEach(() => {
      machine.close();
      server.close();
    });

    async function open(installed: readonly string[]): Promise<void> {
      machine = new SmallMachine(installed, tools);
      // Root installs for everybody; these tests do not.
      machine.pretend('id', 'echo 1000');
      machine.pretend('uname', 'case "$1" in -m) echo x86_64 ;; *) echo Linux ;; esac');
      log = join(machine.folder, 'called');
      const binaries = { 'linux-amd64': smallBinary('1.2.3', log) };
      server = await ReleaseServer.open(aSignedRelease({ binaries }));
      script = join(machine.folder, 'install.sh');
      write(releaseKeyText);
    }

    async function reopen(installed: readonly string[]): Promise<void> {
      machine.close();
      server.close();
      await open(installed);
    }

    function write(keys: string): void {
      const values = {
        BINARY: 'claude-code-proxy',
        NAME: 'Claude Code Proxy',
        LATEST: `${server.url}/latest`,
        VERSIONED: `${server.url}/v{version}`,
        KEYS: keys,
      };
      writeFileSync(script, fromTemplate('install/install.sh', values));
    }

    const run = (...words: string[]) => machine.run([...shell, script, ...words]);

    /** What is there stays whole when the next installation is refused. */
    async function expectRefusal(says: string, ...words: string[]): Promise<void> {
      mkdirSync(join(machine.home, '.local', 'bin'), { recursive: true });
      writeFileSync(place(), 'what was there before');
      const { code, err } = await run(...words);
      expect(err).toContain(says);
      expect(code).toBe(1);
      expect(contents()).toEqual(['claude-code-proxy']);
      expect(readFileSync(place(), 'utf8')).toBe('what was there before');
      expect(readdirSync(machine.temporary)).toEqual([]);
    }

    test('installs the newest release for the user who runs it, and says how to reach it', async () => {
      const { code, err, out } = await run();
      expect(err).toContain('Installed claude-code-proxy 1.2.3');
      expect(err).toContain(`export PATH="${machine.home}/.local/bin:$PATH"`);
      expect({ code, out }).toEqual({ code: 0, out: '' });
      expect(statSync(place()).mode & 0o777).toBe(0o755);
      expect(contents()).toEqual(['claude-code-proxy']);
      expect(readdirSync(machine.temporary)).toEqual([]);
      expect(server.asked).toContain('claude-code-proxy-linux-amd64.gz');
    });

    test('takes a version by name, with or without its v, from the folder of that version', async () => {
      expect((await run('--version', 'v1.2.3')).code).toBe(0);
      await expectRefusal('Version 1.2.4 was asked for, and', '--version', '1.2.4');
      await expectRefusal('"1;id" is no version', '--version', '1;id');
    });

    test('puts it where it is told to, and says nothing of PATH where that is known', async () => {
      const to = join(machine.folder, 'a place');
      const { err, code } = await machine.run([...shell, script, '--to', to], {
        PATH: `${join(machine.folder, 'bin')}:${to}`,
      });
      expect(err).toContain('Start it: claude-code-proxy\n');
      expect(err).not.toContain('export PATH');
      expect(code).toBe(0);
      expect(existsSync(join(to, 'claude-code-proxy'))).toBe(true);
    });

    test('takes the form that it can unpack, and the plain binary where it can unpack none', async () => {
      server.files.delete('claude-code-proxy-linux-amd64.gz');
      resign(server.files, '1.2.3');
      expect((await run()).code).toBe(0);
      expect(server.asked.at(-1)).toBe('claude-code-proxy-linux-amd64');
    });

    test('a file that is not what the list says is not installed', async () => {
      server.files.set('claude-code-proxy-linux-amd64.gz', Buffer.from('something else'));
      await expectRefusal('claude-code-proxy-linux-amd64.gz is not what checksums.txt says');
    });

    test('a page of html in place of any file is not installed', async () => {
      const page = (answer: ServerResponse) =>
        void answer.end('<!doctype html><p>Sign in to this network</p>');
      for (const name of [
        'checksums.txt',
        'checksums.txt.minisig',
        'release.json',
        'claude-code-proxy-linux-amd64.gz',
      ]) {
        server.answers.clear();
        server.answers.set(name, page);
        await expectRefusal('error: ');
      }
    });

    test('a download that ends too early is not installed', async () => {
      const whole = server.files.get('claude-code-proxy-linux-amd64.gz')!;
      server.answers.set(
        'claude-code-proxy-linux-amd64.gz',
        (answer) => void answer.end(whole.subarray(0, 50)),
      );
      await expectRefusal('is not what checksums.txt says');
    });

    test('a connection that breaks is not installed', async () => {
      server.answers.set('claude-code-proxy-linux-amd64.gz', (answer) => {
        answer.writeHead(200, { 'content-length': 1_000 });
        answer.write('the beginning', () => answer.destroy());
      });
      await expectRefusal('error: ');
    });

    test('a list that somebody else has signed is not believed', async () => {
      resign(server.files, '1.2.3', newSecretKey());
      await expectRefusal('The signature of checksums.txt is not by a key that is trusted here');
    });

    test('a list that was changed after it was signed is not believed', async () => {
      server.files.set('checksums.txt', Buffer.from(`${'0'.repeat(64)}  release.json\n`));
      await expectRefusal('The signature of checksums.txt is not by a key that is trusted here');
    });

    test('a key that is given is trusted besides those of the script, and one is needed', async () => {
      write('');
      await expectRefusal('This script knows no key');
      expect((await run('--key', releaseKeyText)).code).toBe(0);
      write(publicKeyText(newSecretKey()));
      expect((await run('--key', releaseKeyText)).code).toBe(0);
    });

    test('what the feed says may be too old to be believed, unless the version is asked for by name', async () => {
      const binaries = { 'linux-amd64': smallBinary('1.2.3', log) };
      const old = aSignedRelease({ binaries, expires: '2020-01-01T00:00:00.000Z' });
      for (const [name, bytes] of old) server.files.set(name, bytes);
      await expectRefusal('is out of date since 2020-01-01');
      expect((await run('--version', '1.2.3')).code).toBe(0);
    });

    test('a release of another product is refused, and so is a binary that says another version', async () => {
      const binaries = { 'linux-amd64': smallBinary('1.2.2', log) };
      for (const [name, bytes] of aSignedRelease({ binaries })) server.files.set(name, bytes);
      await expectRefusal('says "claude-code-proxy 1.2.2" instead of "claude-code-proxy 1.2.3"');
      for (const [name, bytes] of aSignedRelease({ binaries, product: 'other' }))
        server.files.set(name, bytes);
      await expectRefusal('This is a release of something else: other');
    });

    test('a binary that does not start here is not installed', async () => {
      const binaries = { 'linux-amd64': '#!/bin/sh\necho broken; exit 3\n' };
      for (const [name, bytes] of aSignedRelease({ binaries })) server.files.set(name, bytes);
      await expectRefusal('The new binary does not start here: broken');
    });

    test('nothing is loaded without encryption from another machine', async () => {
      await expectRefusal('http://example.com/checksums.txt is not https', '--from', 'http://example.com');
      await expectRefusal(
        'http://127.0.0.1.example.com/checksums.txt is not https',
        '--from',
        'http://127.0.0.1.example.com',
      );
    });

    test('a mirror on this machine that sends elsewhere is not followed', async () => {
      server.answers.set('checksums.txt', (answer) => {
        answer.writeHead(302, { location: 'http://192.0.2.1/checksums.txt' }).end();
      });
      await expectRefusal('error: ');
    });

    test.skipIf(!hasMinisign)('the signature is checked by minisign where that is installed', async () => {
      await reopen(['curl', 'minisign']);
      expect((await run()).code).toBe(0);
      resign(server.files, '1.2.3', newSecretKey());
      await expectRefusal('The signature of checksums.txt is not by a key that is trusted here');
    });

    test('the signature is checked by OpenSSH where openssl is one that cannot, as on macOS', async () => {
      await reopen(['curl', 'ssh-keygen']);
      const openssl = Bun.which('openssl') ?? '';
      machine.pretend(
        'openssl',
        `case "$1" in version) echo 'LibreSSL 3.3.6' ;; *) exec ${openssl} "$@" ;; esac`,
      );
      expect((await run()).code).toBe(0);
      expect(server.asked).toContain('checksums.txt.sshsig');
      resign(server.files, '1.2.3', newSecretKey());
      await expectRefusal('The signature of checksums.txt is not by a key that is trusted here');
    });

    test('where nothing can check a signature it is not installed, unless that is asked for', async () => {
      await reopen(['curl']);
      await expectRefusal('Nothing on this machine can check the signature');
      const { err, code } = await run('--without-signature');
      expect(err).toContain('warning: the signature is not checked');
      expect(code).toBe(0);
    });

    test('wget will do in place of curl, though not without a signature', async () => {
      await reopen(['wget', 'openssl']);
      expect((await run()).code).toBe(0);
      await expectRefusal('Without a signature only curl will do', '--without-signature');
      await reopen(['openssl']);
      await expectRefusal('Neither curl nor wget is installed');
    });

    test('a system that the binary does not run on is told so before anything is loaded', async () => {
      const refused = async (says: string) => {
        const { code, err } = await run();
        expect(err).toContain(says);
        expect(code).toBe(1);
        expect(server.asked).toEqual([]);
      };
      machine.pretend('getconf', 'case "$1" in LONG_BIT) echo 64 ;; *) echo "glibc 2.12" ;; esac');
      await refused('needs glibc 2.17 or newer; this system has "2.12"');
      machine.pretend('getconf', 'case "$1" in LONG_BIT) echo 32 ;; *) echo "glibc 2.36" ;; esac');
      await refused('32-bit system');
      machine.pretend('uname', 'case "$1" in -m) echo riscv64 ;; *) echo Linux ;; esac');
      await refused('no binary for this processor (riscv64)');
      machine.pretend('uname', 'case "$1" in -m) echo x86_64 ;; *) echo FreeBSD ;; esac');
      await refused('no binary for this system (FreeBSD)');
      machine.pretend('uname', 'case "$1" in -m) echo arm64 ;; *) echo Darwin ;; esac');
      machine.pretend('sw_vers', 'echo 12.7.6');
      await refused('needs macOS 13 or newer; this is 12.7.6');
    });

    test('each system gets its own binary', async () => {
      const wanted = async (target: string) => {
        const { err } = await run();
        expect(err).toContain(`nothing for ${target}.`);
      };
      server.files.delete('claude-code-proxy-linux-amd64');
      server.files.delete('claude-code-proxy-linux-amd64.gz');
      resign(server.files, '1.2.3');
      machine.pretend('getconf', 'case "$1" in LONG_BIT) echo 64 ;; *) echo "glibc 2.17" ;; esac');
      await wanted('linux-amd64');
      machine.pretend('uname', 'case "$1" in -m) echo aarch64 ;; *) echo Linux ;; esac');
      await wanted('linux-arm64');
      machine.pretend('uname', 'case "$1" in -m) echo x86_64 ;; *) echo Darwin ;; esac');
      machine.pretend('sw_vers', 'echo 13.0');
      await wanted('darwin-amd64');
      // A shell under Rosetta.
      machine.pretend('sysctl', 'echo 1');
      await wanted('darwin-arm64');
    });

    test('musl gets its own binary, or hears what that lacks', async () => {
      machine.pretend('ldd', 'echo "musl libc (x86_64)" >&2; exit 1');
      machine.pretend('getconf', 'case "$1" in LONG_BIT) echo 64 ;; *) exit 1 ;; esac');
      const { err, code } = await run();
      const isThere = ['/usr/lib', '/lib', '/usr/local/lib'].some((folder) =>
        existsSync(`${folder}/libstdc++.so.6`),
      );
      expect(err).toContain(isThere ? 'nothing for linux-amd64-musl' : 'apk add libstdc++');
      expect(code).toBe(1);
    });

    test('what a package keeps is left to that package', async () => {
      expect((await run()).code).toBe(0);
      writeFileSync(`${place()}.install.json`, '{}');
      for (const words of [[], ['--uninstall']]) {
        const { err, code } = await run(...words);
        expect(err).toContain('belongs to a package');
        expect(code).toBe(1);
      }
    });

    describe('what a package keeps elsewhere', () => {
      /** The script with what lies below /usr in a folder of the test. */
      const usr = () => join(realpathSync(machine.folder), 'usr');
      const lay = (path: string, content: string) => {
        const file = join(usr(), path);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, content, { mode: 0o755 });
        return file;
      };
      beforeEach(() => {
        writeFileSync(script, readFileSync(script, 'utf8').replaceAll('/usr/', `${usr()}/`));
      });

      async function expectLeftAlone(to: string, marker: string): Promise<void> {
        for (const words of [[], ['--uninstall']]) {
          const { err, code } = await run('--to', to, ...words);
          expect(err).toContain(`belongs to a package (${marker})`);
          expect(code).toBe(1);
        }
        expect(existsSync(log)).toBe(false);
      }

      test('is left to the .pkg, whose program is reached by a link', async () => {
        const program = lay('local/lib/claude-code-proxy/claude-code-proxy', smallBinary('1.2.2', log));
        const marker = lay('local/lib/claude-code-proxy/claude-code-proxy.install.json', '{}');
        mkdirSync(join(usr(), 'local', 'bin'));
        const link = join(usr(), 'local', 'bin', 'claude-code-proxy');
        symlinkSync('../lib/claude-code-proxy/claude-code-proxy', link);
        await expectLeftAlone(dirname(link), marker);
        expect(readlinkSync(link)).toContain('../lib/');
        // A link of somebody's own leads there too.
        const own = join(machine.home, 'bin');
        mkdirSync(own);
        symlinkSync(link, join(own, 'claude-code-proxy'));
        await expectLeftAlone(own, marker);
        expect(readFileSync(program, 'utf8')).toBe(smallBinary('1.2.2', log));
      });

      test('is left to the .deb and the .rpm, whose program lies in a folder of many', async () => {
        const program = lay('bin/claude-code-proxy', smallBinary('1.2.2', log));
        const marker = lay('lib/claude-code-proxy/install.json', '{}');
        await expectLeftAlone(dirname(program), marker);
        // As /bin leads to /usr/bin on most systems.
        symlinkSync(join(usr(), 'bin'), join(machine.folder, 'bin-of-system'));
        await expectLeftAlone(join(machine.folder, 'bin-of-system'), marker);
        expect((await run('--to', join(usr(), 'local', 'bin'))).code).toBe(0);
      });
    });

    test('an older release takes nobody back, unless it is asked for by name', async () => {
      const older = async (present: string) => {
        writeFileSync(place(), smallBinary(present, log), { mode: 0o755 });
        const { code, err } = await run();
        expect(err).toContain(code === 0 ? 'Installed' : `is of version ${present}`);
        return code === 1;
      };
      expect((await run()).code).toBe(0);
      for (const newer of ['1.2.4', '1.10.0', '2.0.0', '1.2.4-rc.1'])
        expect(await older(newer), newer).toBe(true);
      for (const same of ['1.2.3', '1.2.3-rc.1', '1.2.2', '0.9.9', 'unknown'])
        expect(await older(same), same).toBe(false);
      expect(await older('1.3.0')).toBe(true);
      expect((await run('--version', '1.2.3')).code).toBe(0);
    });

    test('uninstalling stops it and takes the program away, and leaves the home directory', async () => {
      expect((await run()).code).toBe(0);
      const home = join(machine.home, '.claude-code-proxy');
      mkdirSync(home);
      writeFileSync(join(home, 'config.toml'), '# mine\n');
      const { err, code } = await run('--uninstall');
      expect(err).toContain(`are still in ~/.claude-code-proxy`);
      expect(code).toBe(0);
      expect(contents()).toEqual([]);
      expect(readFileSync(join(home, 'config.toml'), 'utf8')).toBe('# mine\n');
      expect(readFileSync(log, 'utf8')).toBe('stop\n');
      expect((await run('--uninstall')).err).toContain(`There is no ${place()}`);
    });

    test('uninstalling also takes away what an installation that was killed left beside it', async () => {
      expect((await run()).code).toBe(0);
      mkdirSync(join(dirname(place()), '.claude-code-proxy.install-aB12cd'));
      writeFileSync(join(dirname(place()), '.claude-code-proxy.install-aB12cd', 'archive'), 'half of it');
      expect((await run('--uninstall')).code).toBe(0);
      expect(contents()).toEqual([]);
    });

    test('uninstalling leaves what only begins with the same name, as a copy of the home directory does', async () => {
      expect((await run()).code).toBe(0);
      const folder = dirname(place());
      const leftovers = ['new', 'keeping', 'load-0123456789abcdef', 'update-1'];
      for (const kind of leftovers) writeFileSync(join(folder, `.claude-code-proxy.${kind}`), 'half of it');
      const copy = join(folder, '.claude-code-proxy.bak');
      mkdirSync(copy);
      writeFileSync(join(copy, 'config.toml'), '# mine\n');
      writeFileSync(join(folder, '.claude-code-proxy.notes'), 'mine\n');
      expect((await run('--uninstall')).code).toBe(0);
      expect(contents().toSorted()).toEqual(['.claude-code-proxy.bak', '.claude-code-proxy.notes']);
      expect(readFileSync(join(copy, 'config.toml'), 'utf8')).toBe('# mine\n');
    });

    test('a script of which only the beginning arrived does nothing', async () => {
      const whole = readFileSync(script, 'utf8');
      for (const share of [0.3, 0.6, 0.9, 0.99]) {
        writeFileSync(script, whole.slice(0, Math.floor(whole.length * share)));
        await run();
        expect(server.asked).toEqual([]);
      }
    });

    test('wrong options are told, and help is no failure', async () => {
      expect(await run('--bogus')).toMatchObject({
        code: 1,
        err: expect.stringContaining('no option "--bogus"'),
      });
      expect(await run('--to')).toMatchObject({
        code: 1,
        err: expect.stringContaining('--to needs a value'),
      });
      expect(await run('--help')).toMatchObject({
        code: 0,
        out: expect.stringContaining('--without-signature'),
      });
    });
  });
}
