import { afterEach, expect, test } from 'bun:test';
import { join } from 'node:path';
import { holdRunFile } from '../../src/admin/hold-run-file.ts';
import { readRunFile, writeRunFile, type RunningProxy } from '../../src/admin/run-file.ts';
import { wallClock } from '../../src/base/clock.ts';
import { Secret } from '../../src/base/secret.ts';
import { openSender } from '../../src/wire/send.ts';
import { HandClock } from '../help/a-clock.ts';
import { until } from '../help/a-command.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { aProxy, Rooms } from '../help/a-proxy.ts';

const folder = temporaryFolders();
const rooms = new Rooms();
afterEach(() => rooms.close());

function running(token: string, more: Partial<RunningProxy> = {}): RunningProxy {
  return {
    pid: process.pid,
    url: 'http://127.0.0.1:1',
    controlUrl: 'http://127.0.0.1:1',
    controlToken: new Secret(token.repeat(43)),
    startedAt: 1,
    version: '0.1.0',
    ...more,
  };
}

async function world() {
  const sender = openSender({ clock: wallClock });
  await rooms.add(Promise.resolve({ close: () => Promise.resolve(sender.close()) }));
  return { sender, clock: new HandClock() };
}

test('it stands in the file until it lets go', async () => {
  const path = join(folder(), 'run.json');
  const release = await holdRunFile(path, running('a'), await world());
  expect((await readRunFile(path))?.controlToken.reveal()).toBe('a'.repeat(43));
  await release();
  expect(await readRunFile(path)).toBeUndefined();
});

test('a file left by a crash is replaced, even one of the same process id', async () => {
  const path = join(folder(), 'run.json');
  await writeRunFile(path, running('b'));
  const release = await holdRunFile(path, running('a'), await world());
  expect((await readRunFile(path))?.controlToken.reveal()).toBe('a'.repeat(43));
  await release();
});

test('a proxy that answers keeps its place, and the second takes over when it is gone', async () => {
  const first = await rooms.add(aProxy());
  const path = first.places.run;
  const theirs = await readRunFile(path);
  const here = await world();
  const release = await holdRunFile(path, running('a'), here);
  expect((await readRunFile(path))?.controlToken.reveal()).toBe(theirs?.controlToken.reveal() ?? '');
  await first.stop();
  await until(async () => {
    await here.clock.turn(5_000);
    return (await readRunFile(path)) !== undefined;
  });
  expect((await readRunFile(path))?.controlToken.reveal()).toBe('a'.repeat(43));
  await release();
});
