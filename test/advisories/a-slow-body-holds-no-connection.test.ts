// The attack (denial of service): a request for one of our own paths whose body never comes. It was read before anybody
// looked at who sent it, and without a deadline: one byte held a connection for ever, until no socket was left.
import { afterEach, expect, it } from 'bun:test';
import { HandClock } from '../help/a-clock.ts';
import { aProxy, Rooms } from '../help/a-proxy.ts';
import { rawSend } from '../help/raw.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

/** More than it may take until such a connection is gone (s). */
const longestSeconds = 60;

it.each(['/status', '/control/keys', '/accounts/import'])('lets go of who sends %s no body', async (path) => {
  const clock = new HandClock();
  const proxy = await rooms.add(aProxy({ clock }));
  const head = `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\n\r\n`;
  const seen: string[] = [];
  void rawSend(proxy.port, `${head}x`).then(({ text }) => {
    seen.push(text);
  });
  for (let second = 0; second < longestSeconds && seen.length === 0; second += 1) await clock.turn(1_000);
  expect(seen[0]).toStartWith('HTTP/1.1 408 ');
});
