import { describe, expect, it } from 'bun:test';
import type { Role } from '../../../src/access/people/role.ts';
import { Feed, topics, type Marks, type Topic } from '../../../src/admin/pages/feed.ts';
import { eventStream } from '../../../src/admin/pages/events.ts';
import { silentLog } from '../../../src/base/log.ts';
import { HandClock, settled } from '../../help/a-clock.ts';

function aFeed() {
  const clock = new HandClock();
  const state: Record<string, unknown> = {};
  const looks = Object.fromEntries(topics.map((topic) => [topic, () => state[topic] ?? 0]));
  const feed = new Feed({ looks: looks as Record<Topic, () => unknown>, clock, log: silentLog });
  return { feed, clock, state };
}

describe('a feed of what changes', () => {
  it('tells of a change within a third of a second, and of nothing where nothing changed', async () => {
    const { feed, clock, state } = aFeed();
    const told: Marks[] = [];
    feed.follow(
      (marks) => told.push(marks),
      () => {},
    );
    await clock.turn(2_000);
    const before = told.length;
    state['accounts'] = { resting: true };
    await clock.turn(300);
    expect(told.length).toBe(before + 1);
    expect(told.at(-1)!.accounts).not.toBe(told.at(-2)!.accounts);
    expect(told.at(-1)!.keys).toBe(told.at(-2)!.keys);
    await clock.turn(5_000);
    expect(told.length).toBe(before + 1);
  });

  it('looks at nothing while nobody follows', async () => {
    const { feed, clock } = aFeed();
    expect(clock.waiting).toBe(0);
    const stop = feed.follow(
      () => {},
      () => {},
    );
    expect(clock.waiting).toBe(1);
    stop();
    expect(clock.waiting).toBe(0);
    await clock.turn(1_000);
    expect(clock.waiting).toBe(0);
  });

  it('looks in one round, however pages come and go while it looks', async () => {
    const { feed, clock, state } = aFeed();
    const look = Promise.withResolvers<number>();
    const follow = (): (() => void) =>
      feed.follow(
        () => {},
        () => {},
      );
    const stop = follow();
    state['keys'] = look.promise;
    await clock.turn(300);
    stop();
    const stops = [follow(), follow()];
    look.resolve(1);
    await settled();
    expect(clock.waiting).toBe(1);
    for (const one of stops) one();
    expect(clock.waiting).toBe(0);
  });

  it('goes on where one topic cannot be looked at', async () => {
    const { feed, state } = aFeed();
    const before = await feed.marks();
    state['budgets'] = {
      toJSON: () => {
        throw new Error('broken');
      },
    };
    state['keys'] = 1;
    const after = await feed.marks();
    expect(after.keys).not.toBe(before.keys);
  });

  it('ends what follows it when the proxy stops, and whoever comes later at once', async () => {
    const { feed, clock } = aFeed();
    let ends = 0;
    feed.follow(
      () => {},
      () => (ends += 1),
    );
    feed.close();
    expect(ends).toBe(1);
    feed.follow(
      () => {},
      () => (ends += 1),
    );
    expect(ends).toBe(2);
    expect(clock.waiting).toBe(0);
  });
});

describe('a stream of events', () => {
  const role = 'admin';
  const roleNow = (): Promise<Role> => Promise.resolve('admin');

  it('begins with which run it is of, beats, tells of changes, and ends with the feed', async () => {
    const { feed, clock, state } = aFeed();
    const hello = { run: 'r1', assets: 'a1', change: 'c1' };
    const response = eventStream({ feed, hello, clock, role, roleNow });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const reader = response.body!.getReader();
    const next = async (): Promise<string> => new TextDecoder().decode((await reader.read()).value);
    expect(await next()).toStartWith('event: hello\ndata: {"run":"r1","assets":"a1","change":"c1","marks":{');
    await clock.turn(300);
    expect(await next()).toStartWith('event: marks\n');
    state['keys'] = 2;
    await clock.turn(300);
    expect(await next()).toStartWith('event: marks\n');
    await clock.turn(10_000);
    expect(await next()).toBe('event: beat\ndata: {}\n\n');
    feed.close();
    expect((await reader.read()).done).toBe(true);
    expect(clock.waiting).toBe(0);
  });

  it('ends at the next beat when whoever follows it is signed out, or has another role', async () => {
    for (const [now, event] of [
      [undefined, 'signed-out'],
      ['viewer', 'other-role'],
    ] as const) {
      const { feed, clock } = aFeed();
      const hello = { run: '', assets: '', change: '' };
      let is: Role | undefined = role;
      const response = eventStream({ feed, hello, clock, role, roleNow: () => Promise.resolve(is) });
      const reader = response.body!.getReader();
      await reader.read();
      await clock.turn(300);
      await reader.read();
      is = now;
      await clock.turn(10_000);
      expect(new TextDecoder().decode((await reader.read()).value)).toBe(`event: ${event}\ndata: {}\n\n`);
      expect((await reader.read()).done).toBe(true);
      expect(clock.waiting).toBe(0);
    }
  });

  it.each(['people', 'changes', 'settings'] as const)(
    'ends at once when that may be because of %s',
    async (topic) => {
      const { feed, clock, state } = aFeed();
      let is: Role | undefined = role;
      const hello = { run: '', assets: '', change: '' };
      const response = eventStream({ feed, hello, clock, role, roleNow: () => Promise.resolve(is) });
      const reader = response.body!.getReader();
      const next = async (): Promise<string> => new TextDecoder().decode((await reader.read()).value);
      await reader.read();
      await clock.turn(300);
      await reader.read();
      is = undefined;
      state['keys'] = 2;
      await clock.turn(300);
      expect(await next()).toStartWith('event: marks\n');
      state[topic] = 2;
      await clock.turn(300);
      expect(await next()).toStartWith('event: marks\n');
      expect(await next()).toBe('event: signed-out\ndata: {}\n\n');
      expect((await reader.read()).done).toBe(true);
      expect(clock.waiting).toBe(0);
    },
  );

  it('lets go of everything when its page is closed', async () => {
    const { feed, clock } = aFeed();
    const response = eventStream({ feed, hello: { run: '', assets: '', change: '' }, clock, role, roleNow });
    const reader = response.body!.getReader();
    await reader.read();
    await reader.cancel();
    expect(clock.waiting).toBe(0);
  });
});
