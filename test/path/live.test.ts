import { afterEach, describe, expect, it } from 'bun:test';
import { Audit } from '../../src/access/people/audit.ts';
import { Passwords } from '../../src/access/people/passwords.ts';
import { People } from '../../src/access/people/people.ts';
import type { Marks, Topic } from '../../src/admin/pages/feed.ts';
import { wallClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { Secret } from '../../src/base/secret.ts';
import { openStores, type Stores } from '../../src/server/stores.ts';
import { aCallRecord } from '../help/a-call-record.ts';
import { until } from '../help/a-command.ts';
import { writeDown } from '../help/a-ledger.ts';
import { aProxy, Rooms, type Proxy } from '../help/a-proxy.ts';
import { password } from '../help/some-people.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

/** An open page: what it was told last of each topic. */
async function anOpenPage(proxy: Proxy): Promise<{ marks: () => Marks; close(): Promise<void> }> {
  const leaving = new AbortController();
  const { body } = await fetch(`${proxy.url}/api/events`, { signal: leaving.signal });
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  let marks: Marks | undefined;
  const reading = (async () => {
    for (;;) {
      const { value, done } = (await reader?.read().catch(() => undefined)) ?? { done: true };
      if (done) return;
      text += value;
      for (const [, event, data = ''] of text.matchAll(/event: (\w+)\ndata: (.*)\n\n/g)) {
        const said = JSON.parse(data) as { marks?: Marks };
        if (event === 'hello') marks = said.marks;
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what this event is made of
        if (event === 'marks') marks = said as unknown as Marks;
      }
    }
  })();
  await until(() => marks !== undefined);
  return {
    marks: () => marks ?? ({} as Marks),
    async close() {
      leaving.abort();
      await reading;
    },
  };
}

/** Another process on the same home: its stores, and who comes in there. */
async function anotherProcess({ places }: Proxy): Promise<Stores> {
  return rooms.add(openStores({ places, env: {}, createKey: 'create', clock: wallClock, log: silentLog }));
}

const ann = { name: 'ann', via: 'password', address: '192.0.2.1' } as const;

describe('an open page is told of what another process has changed', () => {
  const changes: readonly [
    what: string,
    topics: readonly Topic[],
    change: (of: Stores) => Promise<unknown>,
  ][] = [
    [
      'an account',
      ['accounts', 'checks'],
      ({ accounts }) => accounts.add({ name: 'work', kind: 'api-key' }, new Secret('sk-ant-api03-w')),
    ],
    ['a key', ['keys'], ({ keys }) => keys.create({ name: 'laptop' })],
    [
      'a call',
      ['usage', 'requests', 'keys'],
      ({ database }) => writeDown(database, [aCallRecord({ startedAt: Date.now() - 1_000, ms: 900 })]),
    ],
    [
      'a person',
      ['people'],
      ({ database }) =>
        new People({ database, passwords: new Passwords(), clock: wallClock }).setPassword(
          'bob',
          new Secret(password),
          'viewer',
        ),
    ],
    [
      'the log of changes',
      ['changes'],
      ({ database }) =>
        new Audit({ database, clock: wallClock, log: silentLog, keepDays: () => 1 }).note(ann, {
          what: 'key.created',
        }),
    ],
  ];

  it.each(changes)('%s', async (_what, topics, change) => {
    const proxy = await rooms.add(aProxy());
    const other = await anotherProcess(proxy);
    const page = await rooms.add(anOpenPage(proxy));
    const before = page.marks();
    await change(other);
    await until(() => topics.every((topic) => page.marks()[topic] !== before[topic]));
    expect(topics.map((topic) => page.marks()[topic] === before[topic])).toEqual(topics.map(() => false));
  });
});
