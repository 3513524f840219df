import { afterEach, beforeEach, describe, expect, it } from 'bun:test';
import type { Account } from '../../src/accounts/account.ts';
import { wallClock } from '../../src/base/clock.ts';
import { Secret } from '../../src/base/secret.ts';
import type { Answer } from '../../src/http/call.ts';
import { header } from '../../src/http/headers.ts';
import { Models, modelsPage, type Model } from '../../src/proxy/models.ts';
import { openSender } from '../../src/wire/send.ts';
import type { Sender } from '../../src/wire/sender.ts';
import { HandClock, settled } from '../help/a-clock.ts';
import { MemoryLog } from '../help/a-log.ts';
import { Rooms } from '../help/a-proxy.ts';
import { anAccount } from '../help/an-account.ts';
import { anUpstream, json, type Reply, type Upstream } from '../help/an-upstream.ts';

const rooms = new Rooms();
let sender: Sender;
let clock: HandClock;
let log: MemoryLog;
let models: Models;

beforeEach(() => {
  sender = openSender({ clock: wallClock });
  clock = new HandClock();
  log = new MemoryLog();
  const secretOf = (account: Account): Promise<Secret | undefined> =>
    Promise.resolve(account.notes === 'no secret' ? undefined : new Secret(`secret-of-${account.name}`));
  models = new Models({ sender, secretOf, wayOutOf: () => undefined, clock, log });
});
afterEach(async () => {
  sender.close();
  await rooms.close();
});

const listed = (...ids: unknown[]): Answer =>
  json(200, { data: ids.map((id) => ({ id, type: 'model', display_name: `The ${String(id)}` })) });

async function account(
  name: string,
  reply: Reply,
  more: Partial<Account> = {},
): Promise<[Account, Upstream]> {
  const up = await rooms.add(anUpstream(reply));
  return [anAccount(name, { baseUrl: up.url, ...more }), up];
}

const ids = async (...accounts: Account[]): Promise<string[]> =>
  (await models.union(accounts)).map(({ id }) => id);

/** Waits for what runs beside a call, over real sockets. */
async function until(isSo: () => boolean): Promise<void> {
  for (let round = 0; round < 2_000 && !isSo(); round += 1) await settled();
  expect(isSo()).toBe(true);
}

describe('the models of several accounts', () => {
  it('are each id once, in the order of the accounts, with every field as it came', async () => {
    const [ann] = await account('ann', () => listed('claude-opus-5-5', 'claude-haiku-5-5'));
    const [bob] = await account('bob', () => listed('claude-haiku-5-5', 'vertex/claude-zz'));
    expect(await ids(ann, bob)).toEqual(['claude-opus-5-5', 'claude-haiku-5-5', 'vertex/claude-zz']);
    expect(await ids(bob, ann)).toEqual(['claude-haiku-5-5', 'vertex/claude-zz', 'claude-opus-5-5']);
    expect((await models.union([ann]))[0]).toEqual({
      id: 'claude-opus-5-5',
      type: 'model',
      display_name: 'The claude-opus-5-5',
    });
  });

  it('are asked for as ourselves, with the credential of each', async () => {
    const [ann, up] = await account('ann', () => listed('m'), { sendAs: 'x-api-key' });
    const [bob, other] = await account('bob', () => listed('m'), { kind: 'token' });
    await ids(ann, { ...bob, baseUrl: `${bob.baseUrl}/prefix` });
    expect(up.calls.map(({ method, target }) => [method, target])).toEqual([
      ['GET', '/v1/models?limit=1000'],
    ]);
    expect(other.calls[0]?.target).toBe('/prefix/v1/models?limit=1000');
    const headers = up.calls[0]?.headers ?? [];
    expect(header(headers, 'user-agent')).toMatch(/^claude-code-proxy\/\d/);
    expect(header(headers, 'anthropic-version')).toBe('2023-06-01');
    expect([up.served(), other.served()]).toEqual([['secret-of-ann'], ['secret-of-bob']]);
  });

  it('leave out what an account does not allow, unless another does', async () => {
    const all = (): Answer => listed('claude-opus-5-5', 'claude-haiku-5-5', 'claude-sonnet-5-5');
    const [ann] = await account('ann', all, { models: ['*haiku*'] });
    const [bob] = await account('bob', all, { models: ['claude-opus-*'] });
    expect(await ids(ann, bob)).toEqual(['claude-haiku-5-5', 'claude-opus-5-5']);
  });

  it('come from memory afterwards, and calls at once ask once', async () => {
    const [ann, up] = await account('ann', () => listed('m'));
    await Promise.all([ids(ann), ids(ann), ids(ann)]);
    await clock.turn(299_999);
    await ids(ann);
    expect(up.calls).toHaveLength(1);
  });

  it('that are no longer fresh are shown while new ones are fetched', async () => {
    let version = 1;
    const [ann, up] = await account('ann', () => listed(`m-${version}`));
    expect(await ids(ann)).toEqual(['m-1']);
    version = 2;
    await clock.turn(300_000);
    expect(await ids(ann)).toEqual(['m-1']);
    await until(() => up.calls.length === 2);
    await until(() => clock.waiting === 0);
    expect(await ids(ann)).toEqual(['m-2']);
  });

  it('are asked for again when the account was changed', async () => {
    const [ann, up] = await account('ann', () => listed('m'));
    await ids(ann);
    await ids({ ...ann, updatedAt: 1 });
    expect(up.calls).toHaveLength(2);
  });
});

describe('an account that does not tell its models', () => {
  const troubles: [what: string, reply: Reply][] = [
    ['is refused', () => json(401, { type: 'error' })],
    ['fails', () => json(500, { type: 'error' })],
    ['answers something else', () => json(200, { models: [] })],
    [
      'answers no JSON',
      () => ({ status: 200, headers: ['content-type', 'text/html'], body: Buffer.from('<html>') }),
    ],
    ['answers nothing', () => ({ status: 200, headers: [], body: undefined })],
    ['redirects', () => ({ status: 307, headers: ['location', 'https://evil.example/'], body: undefined })],
    [
      'breaks off',
      () => {
        throw new Error('broken');
      },
    ],
  ];
  for (const [what, reply] of troubles) {
    it(`because it ${what} takes nobody else's away, and is told in the log`, async () => {
      const [bad] = await account('bad', reply);
      const [ann] = await account('ann', () => listed('m'));
      expect(await ids(bad, ann)).toEqual(['m']);
      expect(log.lines).toMatchObject([
        { level: 'warn', event: 'model list not read', facts: { account: 'bad' } },
      ]);
      expect(JSON.stringify(log.lines)).not.toContain('secret-of');
    });
  }

  it('because nobody is there, or its secret is gone, is no trouble either', async () => {
    const [ann, up] = await account('ann', () => listed('m'));
    await up.close();
    expect(await ids(ann, anAccount('bob', { notes: 'no secret' }))).toEqual([]);
    expect(log.events('warn')).toHaveLength(2);
  });

  it('is waited for two seconds, and then not again for a while', async () => {
    let isAsked = false;
    const [slow, up] = await account('slow', async ({ signal }) => {
      isAsked = true;
      await new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve(undefined), { once: true });
      });
      return listed('late');
    });
    const asking = ids(slow);
    await until(() => isAsked);
    await clock.turn(2_000);
    expect(await asking).toEqual([]);
    await ids(slow);
    await clock.turn(9_999);
    await ids(slow);
    expect(up.calls).toHaveLength(1);
  });

  it('is asked again after a while, and keeps what it told before', async () => {
    let isDown = false;
    const [ann, up] = await account('ann', () => (isDown ? json(500, {}) : listed('m')));
    await ids(ann);
    isDown = true;
    await clock.turn(300_000);
    await ids(ann);
    await until(() => up.calls.length === 2 && clock.waiting === 0);
    expect(await ids(ann)).toEqual(['m']);
    await clock.turn(10_000);
    isDown = false;
    expect(await ids(ann)).toEqual(['m']);
    await until(() => up.calls.length === 3);
  });

  it('cannot fill the list with what is no model', async () => {
    const data = [null, 5, 'm', {}, { id: 5 }, { id: '' }, { id: null }, { id: 'm' }, ['m']];
    const [ann] = await account('ann', () => json(200, { data }));
    expect(await ids(ann)).toEqual(['m']);
  });
});

describe('a page of models', () => {
  const all: Model[] = Array.from({ length: 50 }, (_, at) => ({ id: `m${at}` }));

  function page(query: string, of: readonly Model[] = all): unknown {
    const { status, headers, body } = modelsPage(of, new URLSearchParams(query));
    expect([status, header(headers, 'content-type')]).toEqual([200, 'application/json']);
    const read: unknown = JSON.parse(body instanceof Uint8Array ? Buffer.from(body).toString() : '');
    return read;
  }

  const shown = (from: number, to: number, more: boolean): object => ({
    data: all.slice(from, to),
    has_more: more,
    first_id: `m${from}`,
    last_id: `m${to - 1}`,
  });

  const table: [query: string, from: number, to: number, more: boolean][] = [
    ['', 0, 20, true],
    ['limit=1000', 0, 50, false],
    ['limit=50', 0, 50, false],
    ['limit=49', 0, 49, true],
    ['limit=1', 0, 1, true],
    ['limit=5000', 0, 50, false],
    ['limit=0', 0, 20, true],
    ['limit=-5', 0, 20, true],
    ['limit=abc', 0, 20, true],
    ['limit=', 0, 20, true],
    ['limit=2.9', 0, 2, true],
    ['limit=10&after_id=m9', 10, 20, true],
    ['limit=10&after_id=m39', 40, 50, false],
    ['limit=10&after_id=unknown', 0, 10, true],
    ['limit=10&before_id=m20', 10, 20, true],
    ['limit=10&before_id=m10', 0, 10, false],
    ['limit=10&before_id=m4', 0, 4, false],
    ['limit=10&before_id=unknown', 0, 10, true],
  ];
  for (const [query, from, to, more] of table)
    it(`of "${query}" is ${from} to ${to}${more ? ', with more' : ''}`, () => {
      expect(page(query)).toEqual(shown(from, to, more));
    });

  it('is empty where there is nothing', () => {
    const nothing = { data: [], has_more: false, first_id: null, last_id: null };
    expect(page('', [])).toEqual(nothing);
    expect(page('before_id=m0')).toEqual(nothing);
    expect(page('after_id=m49')).toEqual(nothing);
  });

  it('after page shows each once, forwards and backwards', () => {
    const walk = (first: string, next: (page: { first_id: string; last_id: string }) => string): string[] => {
      const seen: string[] = [];
      let query = first;
      for (let pages = 0; pages < 20; pages += 1) {
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the shape is tested above
        const got = page(query) as { data: Model[]; has_more: boolean; first_id: string; last_id: string };
        seen.push(...got.data.map(({ id }) => id));
        if (!got.has_more) break;
        query = `limit=7&${next(got)}`;
      }
      return seen.toSorted((a, b) => Number(a.slice(1)) - Number(b.slice(1)));
    };
    expect(walk('limit=7', ({ last_id: last }) => `after_id=${last}`)).toEqual(all.map(({ id }) => id));
    expect(walk('limit=7&before_id=m49', ({ first_id: first }) => `before_id=${first}`)).toEqual(
      all.slice(0, -1).map(({ id }) => id),
    );
  });
});
