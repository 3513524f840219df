// The attack: somebody tries one password after the other, or one password on many names, from one address or pretending
// to come from many; many at once; and learns from answers, or from how the next try is slowed down, which names there are.
import { afterEach, describe, expect, it } from 'bun:test';
import { HandClock } from '../help/a-clock.ts';
import { aProxy, Rooms, type Proxy } from '../help/a-proxy.ts';
import { Visitor } from '../help/a-visitor.ts';
import { aPerson, changesIn, password } from '../help/some-people.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

const clock = new HandClock();
const publicUrl = 'https://proxy.example.com';
const config = `[server]\npublic_url = "${publicUrl}"\ntrusted_proxies = ["127.0.0.1"]\n[admin]\nsign_in = "always"\n`;

async function closed(): Promise<Proxy> {
  const proxy = await rooms.add(aProxy({ config, clock }));
  await aPerson(proxy, 'ann');
  return proxy;
}

const from = (proxy: Proxy, address: string): Visitor =>
  new Visitor(proxy.url, { host: 'proxy.example.com', 'x-forwarded-for': address }, publicUrl);

describe('somebody who guesses', () => {
  it('is slowed down after five tries, and the right password is no use then', async () => {
    const proxy = await closed();
    const stranger = from(proxy, '203.0.113.9');
    for (let at = 0; at < 5; at += 1)
      expect((await stranger.signIn('ann', `guess number ${at}`)).status).toBe(401);
    const refused = await stranger.signIn('ann', password);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
    expect(stranger.cookies.size).toBe(0);
    // Ann, who is elsewhere, is not kept out.
    expect((await from(proxy, '198.51.100.1').signIn('ann', password)).status).toBe(200);
  });

  it('gains nothing by trying many at once', async () => {
    const proxy = await closed();
    const stranger = from(proxy, '203.0.113.9');
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, at) => stranger.signIn('ann', `guess number ${at}`)),
    );
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(7);
  });

  it('gains nothing by writing other addresses into what the reverse proxy passes on', async () => {
    const proxy = await closed();
    const statuses: number[] = [];
    for (let at = 0; at < 7; at += 1)
      statuses.push(
        (await from(proxy, `10.9.8.${at}, 203.0.113.9`).signIn('ann', `guess number ${at}`)).status,
      );
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429]);
  });

  it('does not fill the log of changes', async () => {
    const proxy = await closed();
    const stranger = from(proxy, '203.0.113.9');
    for (let at = 0; at < 30; at += 1) {
      await stranger.signIn('ann', `guess number ${at}`);
      await clock.turn(60_000);
    }
    const told = (await changesIn(proxy)).filter((change) => change.includes('sign-in.refused'));
    expect(told.length).toBeGreaterThan(2);
    expect(told.length).toBeLessThan(8);
  });
});

describe('which names there are', () => {
  it('is told by no answer: not by its words, and not by when the next one is slowed down', async () => {
    const told = async (name: string): Promise<unknown[]> => {
      const proxy = await closed();
      const stranger = from(proxy, '203.0.113.9');
      const said: unknown[] = [];
      for (let at = 0; at < 7; at += 1) {
        const answer = await stranger.signIn(name, 'a long wrong password');
        const text = (await answer.text()).replaceAll(name, 'NAME');
        said.push([answer.status, answer.headers.get('retry-after'), text]);
      }
      return said;
    };
    expect(await told('nobody')).toEqual(await told('ann'));
  });
});
