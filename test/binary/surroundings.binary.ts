import { describe, expect, test } from 'bun:test';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { nativeFile } from '../help/a-built-file.ts';
import { type Bench, benches, parsed } from '../help/a-command.ts';
import { aSystemPart } from '../help/a-system-part.ts';

/** Systems that are not like the one it was built on: read-only, without a home, with nothing else on them. */

const bench = benches();
const { path } = nativeFile();
const bwrap = process.platform === 'linux' ? aSystemPart('bwrap', 'bubblewrap') : undefined;
const serve = ['serve', '--port', '0', '--no-open'];

/** A bench whose program sees the machine through `view`, options of bubblewrap. */
function through(view: (made: Bench) => readonly string[]): Bench {
  const words: string[] = [];
  const made = bench(words);
  words.push(bwrap ?? '', '--die-with-parent', ...view(made), '--', path);
  return made;
}

async function serves(made: Bench, env: Record<string, string> = {}): Promise<void> {
  const added = ['auth', 'add', 'work', '--kind', 'api-key', '--secret-stdin'];
  expect(await made.run(added, { input: 'sk-ant-api03-planted', env })).toMatchObject({ code: 0 });
  const proxy = await made.start(serve, { env });
  expect((await fetch(`${proxy.url}/health`)).status).toBe(200);
  expect((await fetch(`${proxy.url}/accounts`)).status).toBe(200);
}

describe.skipIf(bwrap === undefined)('it serves', () => {
  test('on a read-only system, where only the home folder can be written, from a folder that cannot', async () => {
    const made = through(({ home }) => {
      mkdirSync(home, { mode: 0o700 });
      return [
        '--ro-bind',
        '/',
        '/',
        '--dev',
        '/dev',
        '--proc',
        '/proc',
        '--bind',
        home,
        home,
        '--chdir',
        '/',
      ];
    });
    await serves(made);
    expect(readdirSync(made.home)).toContain('proxy.db');
  });

  test('where there is nothing but itself, the C library, /proc and its home folder', async () => {
    const made = through(({ home }) => {
      mkdirSync(home, { mode: 0o700 });
      const libraries = libraryPaths().flatMap((library) => ['--ro-bind', library, library]);
      return [
        ...libraries,
        '--ro-bind',
        path,
        path,
        '--proc',
        '/proc',
        '--dev',
        '/dev',
        '--bind',
        home,
        home,
      ];
    });
    await serves(made);
  });
});

/** The loader and the libraries that it wants, of the system's own C library. */
function libraryPaths(): string[] {
  const said = Bun.spawnSync(['ldd', path]).stdout.toString();
  const found = said.match(/\/\S+/g) ?? [];
  expect(found.length).toBeGreaterThan(1);
  return found;
}

describe.skipIf(bwrap === undefined)('without HOME', () => {
  const everything = ['--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc'];

  test('the home folder is that of the user', async () => {
    const made = through(() => [
      ...everything,
      '--tmpfs',
      '/root',
      '--unsetenv',
      'HOME',
      '--unsetenv',
      'CCPROXY_HOME',
    ]);
    const { out } = await made.run(['config', 'path']);
    expect(out).toBe('/root/.claude-code-proxy/config.toml\n');
    const proxy = await made.start(serve);
    expect((await fetch(`${proxy.url}/health/live`)).status).toBe(200);
  });

  test('and without a user in the list of users, it says which variable to set', async () => {
    const nobody = ['--unshare-user', '--uid', '4711', '--gid', '4711'];
    const made = through(() => [
      ...everything,
      ...nobody,
      '--unsetenv',
      'HOME',
      '--unsetenv',
      'CCPROXY_HOME',
    ]);
    const { code, err } = await made.run(['auth', 'list']);
    expect(err).toContain('error [home-unknown]');
    expect(err).toContain('CCPROXY_HOME');
    expect(code).not.toBe(0);
    expect(err).not.toContain(' at ');
  });
});

if (process.platform !== 'win32') {
  test('a locale without Unicode changes neither names of files nor what the page says', async () => {
    for (const locale of ['C', 'POSIX', 'de_DE.ISO-8859-1']) {
      const made = bench([path]);
      const env = { LC_ALL: locale, LANG: locale, CCPROXY_HOME: join(made.folder, 'Zuhause äöü 家') };
      await serves(made, env);
      expect(existsSync(join(made.folder, 'Zuhause äöü 家', 'proxy.db'))).toBe(true);
      const { out } = await made.run(['config', 'path', '--json'], { env });
      expect(out).toContain('äöü 家');
    }
  });

  test('files stay private whatever the umask says', async () => {
    const made = bench(['sh', '-c', 'umask 000; exec "$0" "$@"', path]);
    await serves(made);
    const modes = Bun.spawnSync(['find', made.home, '-perm', '/077']).stdout.toString();
    expect(modes).toBe('');
  });
}

test('it says the same of itself wherever it lies and whatever it is called', async () => {
  const made = bench([path]);
  const elsewhere = join(made.folder, process.platform === 'win32' ? 'other.exe' : 'other name');
  await Bun.write(elsewhere, Bun.file(path), { mode: 0o755 });
  const here = parsed<unknown>((await made.run(['--version', '--json'])).out);
  const there = bench([elsewhere]);
  expect(parsed<unknown>((await there.run(['--version', '--json'])).out)).toEqual(here);
});
