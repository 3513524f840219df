import { afterEach, expect, test } from 'bun:test';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolders } from '../help/a-folder.ts';
import { freePort } from '../help/a-port.ts';
import { aProxy, Rooms } from '../help/a-proxy.ts';

const folder = temporaryFolders();
const rooms = new Rooms();
afterEach(() => rooms.close());

// Answers reach clients before they are written down: a second signal that came in between lost the line of a call.
test('a proxy that is to end at once writes down the calls that are over', async () => {
  const proxy = await rooms.add(aProxy({ isBusy: true }));
  await fetch(`${proxy.url}/v1/models`);
  const written = () => proxy.lines.filter(({ event }) => event === 'call').length;
  expect(written()).toBe(0);
  proxy.server.cut();
  expect([written(), proxy.records.length]).toEqual([1, 1]);
});

// It went on with its database closed, and wrote down nothing of what it answered.
test('a proxy whose start fails once it listens lets nobody in any more', async () => {
  const home = folder();
  const port = await freePort();
  mkdirSync(join(home, 'run.json', 'something'), { recursive: true });
  const flags = { 'server.port': port };
  await expect(aProxy({ home, flags, processes: 1 })).rejects.toThrow();
  await expect(fetch(`http://127.0.0.1:${port}/health/live`)).rejects.toThrow();
});
