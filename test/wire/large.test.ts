// Bodies through both sides of the wire, there and back, with everything that sockets do to bytes. The long run is
// load.full.ts.
import { afterEach, describe, expect, it } from 'bun:test';
import { temporaryFolders } from '../help/a-folder.ts';
import { Random } from '../help/a-random.ts';
import { anEcho, throughEcho, type Echo } from '../help/an-echo.ts';

const folder = temporaryFolders();
const open: Echo[] = [];
afterEach(async () => {
  for (const echo of open.splice(0)) await echo.close();
});

describe.each([
  ['plain', false],
  ['over TLS', true],
])('a large body %s', (_kind, isSecure) => {
  it.each([
    ['with its length', false],
    ['in chunks', true],
  ])('comes back as it went, %s', async (_, isChunked) => {
    const echo = await anEcho(isSecure ? folder() : undefined);
    open.push(echo);
    const { sent, back } = await throughEcho(echo, { size: 6 * 2 ** 20, isChunked, random: new Random(17) });
    expect(back).toBe(sent);
  });
});
