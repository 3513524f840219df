import { afterEach, beforeEach, expect, test } from 'bun:test';
import { newerThan, recall, remember } from '../../src/update/memory.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { problemOf } from '../help/a-problem.ts';
import { aProgram, aRelease, AnInstallation, ReleaseServer } from '../help/a-release.ts';

/*
 * The attack: somebody on the way, or in a mirror, has no key but all that was ever signed. An old release is as well
 * signed as a new one, and has the holes that the new one closes.
 */

const folder = temporaryFolders();
let server: ReleaseServer;
beforeEach(async () => {
  server = await ReleaseServer.start();
});
afterEach(() => server.close());

const unix = process.platform !== 'win32';

test.if(unix)('a release from before the one that runs is refused', async () => {
  const installed = new AnInstallation(folder());
  const { code } = await problemOf(installed.update(server.publish({ version: '0.9.9' }).feed));
  expect(code).toBe('update-downgrade');
  expect(installed.binary.equals(installed.before)).toBe(true);
});

test.if(unix)(
  'a release between the one that runs and one that was offered is refused, also after a restart',
  async () => {
    const place = folder();
    const installed = new AnInstallation(place);
    // 2.0.0 was seen, and its program could not be loaded.
    server.publish({ version: '2.0.0' });
    server.lie = (name) =>
      name.endsWith('.gz') ? { status: 503, headers: [], body: Buffer.alloc(0) } : undefined;
    expect((await problemOf(installed.update(server.feed))).code).toBe('update-feed-refused');
    server.lie = () => undefined;
    server.publish({ version: '1.5.0' });
    const later = new AnInstallation(place);
    const { code, message } = await problemOf(later.update(server.feed));
    expect(code).toBe('update-downgrade');
    expect(message).toContain('2.0.0');
    expect(installed.binary.equals(installed.before)).toBe(true);
  },
);

test.if(unix)('an old release in its place has nobody forget a newer one, and that is told', async () => {
  const installed = new AnInstallation(folder());
  const { memory } = installed.here;
  await remember(memory, { highest: '2.0.0', looked: { at: 1, offered: '2.0.0' } });
  const { fix } = await problemOf(installed.update(server.publish({ version: '1.5.0' }).feed));
  expect(fix).toContain('If a newer one was withdrawn, wait for the next');
  const remembered = await recall(memory);
  expect(newerThan('1.0.0', remembered)).toBe('2.0.0');
  expect(remembered.looked?.trouble?.code).toBe('update-downgrade');
});

test.if(unix)('a feed that is frozen at what runs is noticed once that has expired', async () => {
  const installed = new AnInstallation(folder());
  const long = 400 * 86_400_000;
  server.publish({ version: '1.0.0', published: Date.now() - long, expires: Date.now() - long / 10 });
  const { code, message } = await problemOf(installed.update(server.feed));
  expect(code).toBe('update-stale');
  expect(message).toContain('may hold newer releases back');
});

test.if(unix)('parts of an old release do not go together with parts of a new one', async () => {
  const place = folder();
  const oldFiles = aRelease(server.key, { version: '0.9.0', program: aProgram('0.9.0') });
  const newFiles = aRelease(server.key, { version: '1.1.0' });
  const names = ['checksums.txt', 'checksums.txt.minisig', 'release.json'];
  // Every mixture of the two but the two themselves.
  for (let mixture = 1; mixture < 2 ** names.length - 1; mixture += 1) {
    const installed = new AnInstallation(place);
    server.files = new Map(
      [...newFiles].map(([name, bytes]) => {
        const at = names.indexOf(name);
        return [name, at !== -1 && ((mixture >> at) & 1) === 1 ? (oldFiles.get(name) ?? bytes) : bytes];
      }),
    );
    const { code } = await problemOf(installed.update(server.feed));
    expect(['update-signature-wrong', 'update-hash-wrong']).toContain(code);
    expect(installed.binary.equals(installed.before)).toBe(true);
  }
});

test.if(unix)('the program of an old release does not pass for that of a new one', async () => {
  const installed = new AnInstallation(folder());
  const oldFiles = aRelease(server.key, { version: '0.9.0', program: aProgram('0.9.0') });
  server.publish({ version: '1.1.0' });
  for (const [name, bytes] of oldFiles) if (name.endsWith('.gz')) server.files.set(name, bytes);
  const { code } = await problemOf(installed.update(server.feed));
  expect(['update-hash-wrong', 'update-feed-invalid']).toContain(code);
  expect(installed.binary.equals(installed.before)).toBe(true);
});
