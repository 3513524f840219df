import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { Database as Sqlite } from 'bun:sqlite';
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { recall } from '../../src/update/memory.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { aProgram, aRelease, AnInstallation, binaryName, ReleaseServer } from '../help/a-release.ts';
import { problemOf } from '../help/a-problem.ts';
import { mayMount, mountSmallDisk, unmount } from '../help/a-small-disk.ts';
import { HandSource } from '../help/a-source.ts';
import type { Answer } from '../../src/http/call.ts';
import type { Release } from '../../src/update/release.ts';
import { newSecretKey } from '../../src/update/secret-key.ts';

const folder = temporaryFolders();
let server: ReleaseServer;
beforeEach(async () => {
  server = await ReleaseServer.start();
});
afterEach(() => server.close());

const html: Answer = {
  status: 200,
  headers: ['content-type', 'text/html'],
  body: Buffer.from('<!doctype html><p>Please sign in to this network.</p>'),
};

/** A head that promises `length` bytes, and a connection that breaks after `sent`. */
function broken(sent: Uint8Array, length: number): Answer {
  const source = new HandSource();
  const start = source.start.bind(source);
  source.start = (sink) => {
    start(sink);
    source.chunk(sent);
    source.fail(new Error('cut'));
  };
  return { status: 200, headers: ['content-length', String(length)], body: source };
}

/** What is sent, and then nothing more. */
function stalled(sent: Uint8Array, length: number): Answer {
  const source = new HandSource();
  const start = source.start.bind(source);
  source.start = (sink) => {
    start(sink);
    source.chunk(sent);
  };
  return { status: 200, headers: ['content-length', String(length)], body: source };
}

function redirect(to: string): Answer {
  return { status: 302, headers: ['location', to], body: Buffer.alloc(0) };
}

// The programs of these tests are scripts of a shell.
describe.if(process.platform !== 'win32')('an update', () => {
  test('puts the new program in place and keeps the one before', async () => {
    const installed = new AnInstallation(folder());
    await installed.update(server.publish({ version: '1.1.0' }).feed);
    expect(installed.binary.equals(aProgram('1.1.0'))).toBe(true);
    expect(readFileSync(`${installed.here.binary}.previous`).equals(installed.before)).toBe(true);
    expect(statSync(installed.here.binary).mode & 0o777).toBe(0o755);
    expect(installed.steps).toEqual([
      'locked',
      'downloaded',
      'unpacked',
      'copied',
      'tried',
      'noted',
      'swapped',
    ]);
    expect(installed.beside.filter((name) => !name.includes('.update-'))).toEqual([
      'claude-code-proxy',
      'claude-code-proxy.previous',
    ]);
    expect((await recall(installed.here.memory)).last).toMatchObject({
      from: '1.0.0',
      to: '1.1.0',
      databaseCopy: null,
    });
  });

  test('keeps the rights of the program that it replaces', async () => {
    const installed = new AnInstallation(folder());
    chmodSync(installed.here.binary, 0o700);
    await installed.update(server.publish({ version: '1.1.0' }).feed);
    expect(statSync(installed.here.binary).mode & 0o777).toBe(0o700);
  });

  test('takes the binary itself where there is no archive of it', async () => {
    const installed = new AnInstallation(folder());
    await installed.update(server.publish({ version: '1.1.0', isBare: true }).feed);
    expect(installed.binary.equals(aProgram('1.1.0'))).toBe(true);
  });

  test('copies the database from before, whole, and has the new program open another copy', async () => {
    const installed = new AnInstallation(folder());
    const { database = '' } = installed.here;
    const file = new Sqlite(database, { create: true });
    file.run('pragma journal_mode = wal');
    file.run('create table calls (id integer)');
    file.run('insert into calls values (1), (2)');
    const copy = await installed.update(server.publish({ version: '1.1.0' }).feed);
    file.close();
    expect(copy).toBe(join(installed.here.backups, 'proxy-before-1.0.0.db'));
    const copied = new Sqlite(copy ?? '', { readonly: true });
    expect(copied.query('select count(*) as calls from calls').get()).toEqual({ calls: 2 });
    copied.close();
    expect(statSync(copy ?? '').mode & 0o077).toBe(0);
  });

  test('goes on where a download was cut off', async () => {
    const installed = new AnInstallation(folder());
    server.publish({ version: '1.1.0', isBare: true });
    const whole = server.files.get(binaryName) ?? Buffer.alloc(0);
    let cuts = 1;
    server.lie = (name) =>
      name === binaryName && cuts-- > 0 ? broken(whole.subarray(0, 40_000), whole.length) : undefined;
    await installed.update(server.feed);
    expect(installed.binary.equals(aProgram('1.1.0'))).toBe(true);
    expect(server.asked.slice(-2)).toEqual([binaryName, `${binaryName} bytes=40000-`]);
  });

  test('loads all of it once more where what lay there was not the beginning of it', async () => {
    const installed = new AnInstallation(folder());
    server.publish({ version: '1.1.0', isBare: true });
    const release = JSON.parse(Buffer.from(server.files.get('release.json') ?? []).toString()) as Release;
    const part = join(
      installed.here.binary,
      `../.claude-code-proxy.load-${release.assets[0]?.sha256.slice(0, 16)}`,
    );
    writeFileSync(part, Buffer.alloc(1_000, 7));
    await installed.update(server.feed);
    expect(installed.binary.equals(aProgram('1.1.0'))).toBe(true);
    expect(server.asked.slice(-2)).toEqual([`${binaryName} bytes=1000-`, binaryName]);
  });

  test('follows a redirect within this machine', async () => {
    const installed = new AnInstallation(folder());
    server.publish({ version: '1.1.0' });
    const seen = new Set<string>();
    server.lie = (name) => {
      if (seen.has(name)) return undefined;
      seen.add(name);
      return redirect(`/latest/${name}`);
    };
    await installed.update(server.feed);
    expect(installed.binary.equals(aProgram('1.1.0'))).toBe(true);
  });

  test('goes through the link that the program is started by, and leaves the link', async () => {
    const installed = new AnInstallation(folder());
    const link = join(installed.here.home, 'ccp');
    symlinkSync(installed.here.binary, link);
    await installed.update(server.publish({ version: '1.1.0' }).feed);
    expect(readFileSync(link).equals(aProgram('1.1.0'))).toBe(true);
  });

  /** Every lie: what the feed does, and what is said of it. */
  const standstill = (s: ReleaseServer): void => {
    const whole = s.files.get(`${binaryName}.gz`) ?? Buffer.alloc(0);
    s.lie = (name) => (name.endsWith('.gz') ? stalled(Buffer.alloc(0), whole.length) : undefined);
  };
  const lies: [what: string, code: string, lie: (server: ReleaseServer) => void][] = [
    [
      'another program behind the name of the archive',
      'update-hash-wrong',
      (s) => {
        const right = s.files.get(`${binaryName}.gz`) ?? Buffer.alloc(0);
        const other = Buffer.from(right);
        other[other.length - 20] = (other[other.length - 20] ?? 0) ^ 1;
        s.files.set(`${binaryName}.gz`, other);
      },
    ],
    [
      'a program of another size',
      'update-feed-invalid',
      (s) => {
        s.files.set(`${binaryName}.gz`, gzipSync(aProgram('6.6.6')));
      },
    ],
    [
      'a page instead of the program',
      'update-feed-invalid',
      (s) => {
        s.lie = (name) => (name.startsWith(binaryName) ? html : undefined);
      },
    ],
    [
      'a page instead of everything',
      'update-feed-invalid',
      (s) => {
        s.lie = () => html;
      },
    ],
    [
      'a list of hashes that somebody changed',
      'update-signature-wrong',
      (s) => {
        const sums = Buffer.from(s.files.get('checksums.txt') ?? []).toString();
        s.files.set('checksums.txt', Buffer.from(sums.replace(/^./, (digit) => (digit === '0' ? '1' : '0'))));
      },
    ],
    [
      'a signature that is none',
      'update-feed-invalid',
      (s) => {
        s.files.set('checksums.txt.minisig', Buffer.from('no signature\n'));
      },
    ],
    [
      'no signature',
      'update-feed-refused',
      (s) => {
        s.files.delete('checksums.txt.minisig');
      },
    ],
    [
      'a signature of another key',
      'update-key-unknown',
      (s) => {
        s.publish({ version: '1.1.0', key: newSecretKey() });
      },
    ],
    [
      'a signature of somebody who took the id of the key',
      'update-signature-wrong',
      (s) => {
        s.publish({ version: '1.1.0', key: { id: s.key.id, seed: newSecretKey().seed } });
      },
    ],
    [
      'a release.json that was not signed',
      'update-hash-wrong',
      (s) => {
        s.files.set(
          'release.json',
          aRelease(s.key, { version: '9.9.9' }).get('release.json') ?? Buffer.alloc(0),
        );
      },
    ],
    [
      'an older version',
      'update-downgrade',
      (s) => {
        s.publish({ version: '0.9.0' });
      },
    ],
    [
      'a release that has expired',
      'update-stale',
      (s) => {
        s.publish({ version: '1.1.0', published: Date.now() - 2e10, expires: Date.now() - 1_000 });
      },
    ],
    [
      'a release of tomorrow',
      'update-future',
      (s) => {
        s.publish({ version: '1.1.0', published: Date.now() + 86_400_000 });
      },
    ],
    [
      'a release of another product',
      'update-feed-invalid',
      (s) => {
        s.publish({ version: '1.1.0', product: 'another' });
      },
    ],
    [
      'nothing for this machine',
      'update-no-asset',
      (s) => {
        s.publish({
          version: '1.1.0',
          edit: (release) => ({
            ...release,
            assets: release.assets.map((one) => ({ ...one, target: 'plan9-mips' })),
          }),
        });
      },
    ],
    [
      'an archive that is cut off, again and again',
      'update-unreachable',
      (s) => {
        const whole = s.files.get(`${binaryName}.gz`) ?? Buffer.alloc(0);
        s.lie = (name, { headers }) =>
          name.endsWith('.gz')
            ? headers.includes('range')
              ? { ...broken(Buffer.alloc(0), whole.length), status: 503 }
              : broken(whole.subarray(0, 50), whole.length)
            : undefined;
      },
    ],
    [
      'an archive that comes in small pieces, one a connection',
      'update-unreachable',
      (s) => {
        s.publish({ version: '1.1.0', isBare: true });
        const whole = s.files.get(binaryName) ?? Buffer.alloc(0);
        s.lie = (name, { headers }) => {
          if (name !== binaryName) return undefined;
          const from = Number(/\d+/.exec(headers[headers.indexOf('range') + 1] ?? '') ?? 0);
          const range = `bytes ${from}-${whole.length - 1}/${whole.length}`;
          const answer = broken(whole.subarray(from, from + 10), whole.length - from);
          const isRest = headers.includes('range');
          return isRest
            ? { ...answer, status: 206, headers: [...answer.headers, 'content-range', range] }
            : answer;
        };
      },
    ],
    [
      'an archive that begins again whenever one goes on',
      'update-unreachable',
      (s) => {
        s.publish({ version: '1.1.0', isBare: true });
        const whole = s.files.get(binaryName) ?? Buffer.alloc(0);
        s.lie = (name, { headers }) => {
          if (name !== binaryName) return undefined;
          if (headers.includes('range')) return { status: 416, headers: [], body: Buffer.alloc(0) };
          return broken(whole.subarray(0, 10), whole.length);
        };
      },
    ],
    ['an archive of which hardly anything comes', 'update-unreachable', standstill],
    [
      'a list of hashes without end',
      'update-feed-invalid',
      (s) => {
        s.files.set('checksums.txt', Buffer.alloc(300 * 1024, 'a'));
      },
    ],
    [
      'a redirect to http on another machine',
      'update-redirected',
      (s) => {
        s.lie = () => redirect('http://releases.example.com/checksums.txt');
      },
    ],
    [
      'a redirect of the archive to http on another machine',
      'update-redirected',
      (s) => {
        s.lie = (name) =>
          name.endsWith('.gz') ? redirect(`http://releases.example.com/${name}`) : undefined;
      },
    ],
    [
      'a redirect to a file of this machine',
      'update-redirected',
      (s) => {
        s.lie = () => redirect('file:///etc/passwd');
      },
    ],
    [
      'redirects that never end',
      'update-redirected',
      (s) => {
        s.lie = (name) => redirect(`/latest/${name}`);
      },
    ],
    [
      'a program that crashes',
      'update-trial-failed',
      (s) => {
        s.publish({
          version: '1.1.0',
          program: Buffer.from('#!/bin/sh\necho "segmentation fault" >&2\nexit 139\n'),
        });
      },
    ],
    [
      'a program that is none',
      'update-trial-failed',
      (s) => {
        s.publish({ version: '1.1.0', program: Buffer.from('\u007fELF and nothing more') });
      },
    ],
    [
      'a program of another version than it is said to be',
      'update-trial-failed',
      (s) => {
        s.publish({ version: '1.1.0', program: aProgram('1.0.9') });
      },
    ],
    [
      'another program',
      'update-trial-failed',
      (s) => {
        s.publish({ version: '1.1.0', program: aProgram('1.1.0', undefined, 'another-program') });
      },
    ],
    [
      'a program that cannot open the database',
      'update-trial-failed',
      (s) => {
        const error = '{"error":{"code":"database-damaged","title":"The database is damaged.","fix":"x"}}';
        s.publish({ version: '1.1.0', program: aProgram('1.1.0', error) });
      },
    ],
    [
      'a program that says nothing when it is tried',
      'update-trial-failed',
      (s) => {
        s.publish({ version: '1.1.0', program: aProgram('1.1.0', '') });
      },
    ],
    [
      'an archive of something else than was signed',
      'update-hash-wrong',
      (s) => {
        s.publish({ version: '1.1.0', archive: gzipSync(aProgram('6.6.6')) });
      },
    ],
    [
      'an archive that unpacks without end',
      'update-hash-wrong',
      (s) => {
        s.publish({ version: '1.1.0', archive: gzipSync(Buffer.alloc(50 * 2 ** 20)) });
      },
    ],
    [
      'an archive that is none',
      'update-hash-wrong',
      (s) => {
        s.publish({ version: '1.1.0', archive: Buffer.from('not compressed at all') });
      },
    ],
  ];

  test.each(lies)('%s: refused as %s, and the program stays what it was', async (_, code, lie) => {
    const installed = new AnInstallation(folder());
    if (lie === standstill) installed.patience = { ...installed.patience, stallMs: 300 };
    const inode = statSync(installed.here.binary).ino;
    lie(server.publish({ version: '1.1.0' }));
    const { code: said, fix } = await problemOf(installed.update(server.feed));
    expect(said).toBe(code);
    expect(fix.length).toBeGreaterThan(5);
    expect(installed.binary.equals(installed.before)).toBe(true);
    expect(statSync(installed.here.binary).ino).toBe(inode);
    expect(existsSync(`${installed.here.binary}.previous`)).toBe(false);
    // What can be gone on with may stay, and the lock; nothing else.
    const more = installed.beside.filter(
      (name) => !/^\.claude-code-proxy\.(?:update-\d+|load-[0-9a-f]{16})$/.test(name),
    );
    expect(more).toEqual(['claude-code-proxy']);
  });

  test('a folder that this user may not write is said, with what to do', async () => {
    // Root may write anywhere.
    const bin = process.getuid?.() === 0 ? '/proc/self' : join(folder(), 'bin');
    const installed = new AnInstallation(folder());
    if (bin !== '/proc/self') {
      mkdirSync(bin);
      chmodSync(bin, 0o500);
    }
    const here = {
      ...installed.here,
      binary: join(bin, 'claude-code-proxy'),
      isUnchanged: () => Promise.resolve(true),
    };
    Object.assign(installed, { here });
    const { code, fix } = await problemOf(installed.update(server.publish({ version: '1.1.0' }).feed));
    expect(code).toBe('update-not-allowed');
    expect(fix).toContain('sudo');
  });

  test('a program that was replaced meanwhile is left as it is', async () => {
    const installed = new AnInstallation(folder());
    const { binary } = installed.here;
    const other = aProgram('1.0.5');
    writeFileSync(`${binary}.other`, other);
    chmodSync(`${binary}.other`, 0o755);
    renameSync(`${binary}.other`, binary);
    const { code } = await problemOf(installed.update(server.publish({ version: '1.1.0' }).feed));
    expect(code).toBe('update-overtaken');
    expect(installed.binary.equals(other)).toBe(true);
  });

  test('of two at once one goes on and the other is told', async () => {
    const installed = new AnInstallation(folder());
    const { feed } = server.publish({ version: '1.1.0' });
    const ends = await Promise.allSettled([installed.update(feed), installed.update(feed)]);
    expect(ends.filter(({ status }) => status === 'fulfilled').length).toBe(1);
    const [lost] = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as { code: string }] : []));
    expect(['update-busy', 'update-overtaken']).toContain(lost?.code ?? '');
    expect(installed.binary.equals(aProgram('1.1.0'))).toBe(true);
  });

  describe.if(mayMount)('on a disk without room', () => {
    const disk = { at: '' };
    afterEach(() => {
      unmount(disk.at);
    });

    async function onDisk(size: string): Promise<AnInstallation> {
      const place = folder();
      disk.at = join(place, 'bin');
      mkdirSync(disk.at);
      mountSmallDisk(disk.at, size);
      return new AnInstallation(place, disk.at);
    }

    test('nothing is loaded that would not fit', async () => {
      const installed = await onDisk('256k');
      const { code } = await problemOf(
        installed.update(server.publish({ version: '1.1.0', isBare: true }).feed),
      );
      expect(code).toBe('update-no-room');
      expect(server.asked).not.toContain(binaryName);
      expect(installed.binary.equals(installed.before)).toBe(true);
    });

    test('one that fills up meanwhile is not kept full', async () => {
      const installed = await onDisk('512k');
      server.publish({ version: '1.1.0', isBare: true });
      server.lie = (name) => {
        if (name === binaryName) fill(disk.at);
        return undefined;
      };
      const { code } = await problemOf(installed.update(server.feed));
      expect(code).toBe('update-no-room');
      expect(installed.binary.equals(installed.before)).toBe(true);
      expect(installed.beside.filter((name) => /load-|\.new/.test(name))).toEqual([]);
    });
  });
});

/** Writes into `folder` until there is no room left. */
function fill(at: string): void {
  const file = openSync(join(at, 'of-somebody-else'), 'w');
  try {
    for (;;) writeSync(file, Buffer.alloc(4_096, 1));
  } catch {
    // It is full.
  } finally {
    closeSync(file);
  }
}
