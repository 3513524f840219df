import { afterEach, beforeEach, expect, test } from 'bun:test';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { wallClock } from '../../src/base/clock.ts';
import { ask, usualPatience } from '../../src/update/asking.ts';
import type { Answer } from '../../src/http/call.ts';
import type { Sender, Sending } from '../../src/wire/sender.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { problemOf } from '../help/a-problem.ts';
import { aRelease, AnInstallation, binaryName, ReleaseServer, withSums } from '../help/a-release.ts';

/*
 * The attack: whoever serves the feed, or stands before it, sends the program elsewhere: to a place without
 * encryption, where somebody holds answers back; to a door of this machine that takes orders from it; or, by the name
 * of a file, out of the folder it is to write to.
 */

const folder = temporaryFolders();
let server: ReleaseServer;
beforeEach(async () => {
  server = await ReleaseServer.start();
});
afterEach(() => server.close());

/** What a feed on the internet would be asked, without an internet. */
class Elsewhere implements Sender {
  readonly asked: string[] = [];
  readonly answers: Readonly<Record<string, string>>;

  constructor(answers: Readonly<Record<string, string>>) {
    this.answers = answers;
  }

  send({ origin, target, headers }: Sending) {
    const url = new URL(target, origin).href;
    this.asked.push(url);
    expect(headers.map((name) => name.toLowerCase())).not.toContain('authorization');
    const location = this.answers[url];
    const answer: Answer =
      location === undefined
        ? { status: 200, headers: [], body: Buffer.from('here') }
        : { status: 302, headers: ['location', location], body: undefined };
    return Promise.resolve({ is: 'answered', answer } as const);
  }

  close(): void {}
}

const feed = 'https://releases.example.com/release.json';

function following(location: string) {
  const sender = new Elsewhere({ [feed]: location });
  const asking = { sender, clock: wallClock, patience: usualPatience };
  return { sender, asked: ask(new URL(feed), [], asking, new AbortController().signal) };
}

test.each([
  ['http', 'http://releases.example.com/release.json'],
  ['http of another host', 'http://mirror.example.com/release.json'],
  ['this machine', 'http://127.0.0.1:8000/control/stop'],
  ['this machine by name', 'http://localhost:8000/control/stop'],
  ['this machine over https', 'https://127.0.0.1/'],
  ['this machine in IPv6', 'https://[::1]/'],
  ['a file', 'file:///etc/passwd'],
  ['another protocol', 'ftp://releases.example.com/release.json'],
  ['no address', 'https://'],
])('a redirect of an https feed to %s is not followed', async (_, location) => {
  const { sender, asked } = following(location);
  expect((await problemOf(asked)).code).toBe('update-redirected');
  expect(sender.asked).toEqual([feed]);
});

test('one to another host over https is: what comes from there is believed for its signature alone', async () => {
  const { sender, asked } = following('https://objects.example.net/store/release.json?token=x');
  expect((await asked).status).toBe(200);
  expect(sender.asked.at(-1)).toBe('https://objects.example.net/store/release.json?token=x');
});

test('a redirect gives no name and password on', async () => {
  const { sender, asked } = following('https://ann:secret@mirror.example.com/release.json');
  await asked;
  expect(sender.asked.at(-1)).toBe('https://mirror.example.com/release.json');
});

test
  .if(process.platform !== 'win32')
  .each([
    '../../outside',
    '..',
    '/etc/cron.d/outside',
    'sub/outside',
    '..\\outside',
    'c:outside',
    '.hidden',
    'outside\u0000',
    '%2e%2e%2foutside',
  ])('a file of a release cannot be called %p, though it be signed', async (name) => {
  const place = folder();
  const installed = new AnInstallation(place);
  server.publish({
    version: '1.1.0',
    edit: (release) => ({
      ...release,
      assets: release.assets.map((one) => (one.kind === 'archive' ? { ...one, name } : one)),
    }),
  });
  const { code } = await problemOf(installed.update(server.feed));
  expect(code).toBe('update-feed-invalid');
  expect(readdirSync(place).toSorted()).toEqual(['bin', 'home']);
  expect(readdirSync(join(place, 'bin'))).toEqual(['claude-code-proxy']);
});

test.if(process.platform !== 'win32')('nor can one in the list of hashes', async () => {
  const installed = new AnInstallation(folder());
  const files = aRelease(server.key, { version: '1.1.0' });
  const bytes = files.get(binaryName) ?? Buffer.alloc(0);
  files.delete('checksums.txt');
  files.delete('checksums.txt.minisig');
  const release = JSON.parse(Buffer.from(files.get('release.json') ?? []).toString()) as { date: string };
  files.set('../../outside', bytes);
  server.files = withSums(files, server.key, `claude-code-proxy 1.1.0 ${release.date}`);
  expect((await problemOf(installed.update(server.feed))).code).toBe('update-feed-invalid');
  expect(installed.binary.equals(installed.before)).toBe(true);
});
