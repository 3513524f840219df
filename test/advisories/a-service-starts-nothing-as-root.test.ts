import { afterAll, afterEach, describe, expect, test } from 'bun:test';
import { chownSync, lchownSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { proofOf, readRunFile } from '../../src/admin/run-file.ts';
import { wallClock } from '../../src/base/clock.ts';
import { Secret } from '../../src/base/secret.ts';
import { runningHere } from '../../src/cli/running-here.ts';
import { lookBefore } from '../../src/cli/update-restart.ts';
import { openSender } from '../../src/wire/send.ts';
import { aCli } from '../help/a-cli.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { noStranger, stranger, strangersHome } from '../help/a-stranger.ts';

/*
 * The attack: the user of a service writes a `run.json` that says a proxy was started in the background with a settings
 * file of theirs, and answers for it. While `sudo claude-code-proxy update` asks, they put a link to a file of root in
 * its place: root takes the proxy for one of its own, and starts it anew, as root, with their settings.
 */

if (noStranger !== undefined) console.warn(`SKIPPED: root and what a service says runs: ${noStranger}`);

const folder = temporaryFolders();
const token = 'planted-'.repeat(5);
const sender = openSender({ clock: wallClock });
afterAll(() => {
  sender.close();
});
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A proxy that proves to be the one which wrote `run.json`, and does `meanwhile` before it does. */
function aPretender(meanwhile: () => void = () => undefined): string {
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    async fetch(request) {
      if (!request.url.endsWith('/control/hello')) return Response.json({ status: 'pass' });
      meanwhile();
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it is what a command asks
      const { nonce } = (await request.json()) as { nonce: string };
      return Response.json({ proof: proofOf(new Secret(token), nonce) });
    },
  });
  closing.push(() => server.stop(true));
  return server.url.origin;
}

function runFileOf(home: string, origin: string, more: Record<string, unknown> = {}): string {
  const path = join(home, 'run.json');
  const says = {
    pid: process.pid,
    url: origin,
    controlUrl: origin,
    controlToken: token,
    startedAt: 1,
    version: '0.1.0',
    background: { config: join(home, 'evil.toml') },
    ...more,
  };
  writeFileSync(path, JSON.stringify(says), { mode: 0o600 });
  return path;
}

const before = (home: string) => lookBefore(aCli({ CCPROXY_HOME: home, PATH: '' }), sender, ['/bin/true']);

describe.skipIf(noStranger !== undefined)('root that updates a service', () => {
  test('starts nothing that its user says was in the background, whatever the file is by then', async () => {
    const home = strangersHome(folder());
    const path = join(home, 'run.json');
    const origin = aPretender(() => {
      rmSync(path);
      symlinkSync('/etc/passwd', path);
    });
    chownSync(runFileOf(home, origin), stranger.uid, stranger.gid);
    const [found, ...others] = await before(home);
    expect(others).toEqual([]);
    expect(found).toMatchObject({ pid: process.pid, keeper: undefined });
  });

  test('nor what a file of its own says in a home of theirs', async () => {
    const place = folder();
    const own = join(place, 'own');
    mkdirSync(own, { mode: 0o755 });
    const path = runFileOf(own, aPretender());
    const home = strangersHome(place);
    symlinkSync(path, join(home, 'run.json'));
    lchownSync(join(home, 'run.json'), stranger.uid, stranger.gid);
    expect((await before(own))[0]?.keeper).toBeDefined();
    expect(await before(home)).toEqual([]);
  });

  test('is led to no proxy of root, and is itself again', async () => {
    const place = folder();
    const own = join(place, 'own');
    mkdirSync(own, { mode: 0o700 });
    let asked = 0;
    const path = runFileOf(
      own,
      aPretender(() => (asked += 1)),
    );
    const home = strangersHome(place);
    symlinkSync(path, join(home, 'run.json'));
    expect(await runningHere(aCli({ CCPROXY_HOME: home }), sender)).toBeUndefined();
    expect(asked).toBe(0);
    expect(process.geteuid?.()).toBe(0);
    expect(await runningHere(aCli({ CCPROXY_HOME: own }), sender)).toBeDefined();
  });
});

test.each([
  ['version', '0.1.0\u001B]0;pwned\u0007'],
  ['url', 'http://127.0.0.1:8000/\u202Egpj'],
])('a file whose %s would drive the terminal it is printed on is not understood', async (name, planted) => {
  expect(await readRunFile(runFileOf(folder(), 'http://127.0.0.1:8000'))).toBeDefined();
  const path = runFileOf(folder(), 'http://127.0.0.1:8000', { [name]: planted });
  expect(await readRunFile(path)).toBeUndefined();
});
