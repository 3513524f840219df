import { afterEach, describe, expect, it } from 'bun:test';
import { defaultSettings, type Settings } from '../../../src/config/settings.ts';
import { shareOf, sharing } from '../../../src/server/workers/share.ts';
import { until } from '../../help/a-command.ts';
import { Rooms } from '../../help/a-proxy.ts';
import { anUpstream, message } from '../../help/an-upstream.ts';
import { hello, keyed, severalProcesses } from '../../help/some-workers.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

const mib = 2 ** 20;

function holding(maxHeldBytes: number, maxBodyBytes: number): Settings {
  return { ...defaultSettings, server: { ...defaultSettings.server, maxHeldBytes, maxBodyBytes } };
}

describe('the share of one of several processes', () => {
  it('is its part of the bodies that all may hold, and the whole where it is alone', () => {
    const whole = holding(300 * mib, mib);
    expect(shareOf(whole, 3).server.maxHeldBytes).toBe(100 * mib);
    expect(shareOf(whole, 1)).toBe(whole);
  });

  it('is one body at least', () => {
    expect(shareOf(holding(30 * mib, 20 * mib), 3).server.maxHeldBytes).toBe(20 * mib);
  });

  it('is another one when the settings change, and no new object for each call', () => {
    let whole = holding(300 * mib, mib);
    const share = sharing(() => whole, 3);
    expect(share()).toBe(share());
    whole = holding(600 * mib, mib);
    expect(share().server.maxHeldBytes).toBe(200 * mib);
  });

  it.if(process.platform === 'linux')('is what the first process holds, too', async () => {
    const mayAnswer = Promise.withResolvers<void>();
    const up = await rooms.add(anUpstream(() => mayAnswer.promise.then(() => message())));
    const config = '[server]\nmax_body_bytes = "1 MiB"\nmax_held_bytes = "3 MiB"\n';
    const { toEach } = await severalProcesses(rooms, 2, { accounts: keyed(up.url, 'one'), config });
    const [one] = await toEach();
    const [another] = await toEach();
    const large = { ...hello, messages: [{ role: 'user', content: 'x'.repeat(900 * 1024) }] };
    one?.send('/v1/messages', large);
    await until(() => up.calls.length === 1);
    const refused = await another?.post('/v1/messages', large);
    mayAnswer.resolve();
    expect([refused?.status, (await one?.answer())?.status]).toEqual([503, 200]);
  });
});
