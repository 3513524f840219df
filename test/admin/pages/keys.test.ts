import { afterEach, describe, expect, test } from 'bun:test';
import type { BudgetView } from '../../../src/admin/contract-budgets.ts';
import type { KeyView } from '../../../src/admin/contract.ts';
import { emptyKey, fieldsOfKey, settingsIn, typedFields } from '../../../src/admin/pages/keys/typed.ts';
import { budgetsOf, budgetTone, budgetWords } from '../../../src/admin/pages/keys/words.ts';
import { aProxy, Rooms } from '../../help/a-proxy.ts';
import { Visitor } from '../../help/a-visitor.ts';

const key: KeyView = {
  id: 'key_1',
  name: 'laptop',
  owner: 'ann',
  hint: 'ccp-1234',
  state: 'active',
  createdAt: '2026-11-26T10:00:00.000Z',
  expiresAt: '2027-01-31T10:20:30.000Z',
  revokedAt: null,
  lastUsedAt: null,
  models: ['claude-opus-*', 'claude-sonnet-*'],
  accounts: ['work'],
  requestsPerMinute: 60,
  callsAtOnce: null,
  role: null,
  budgets: [
    { period: 'monthly', limitUsd: 20, limitTokens: null, hard: true },
    { period: 'daily', limitUsd: null, limitTokens: 500_000, hard: false },
  ],
};

const budget: BudgetView = {
  name: 'laptop',
  scope: 'key',
  of: ['Laptop'],
  period: 'monthly',
  unit: 'usd',
  limit: 20,
  used: 4.2,
  percent: 21,
  hard: true,
  isUsedUp: false,
  resetsAt: '2026-12-01T00:00:00.000Z',
  held: 0,
  inFlight: 0,
};

describe('the form of a key', () => {
  test('sent back as it came changes nothing, its moment of expiry to the second', () => {
    const fields = fieldsOfKey(key);
    const texts = Object.entries(fields).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    );
    const sent: Record<string, string> = Object.fromEntries(texts);
    for (const [at, { amount, unit, period, hard }] of fields.budgets.entries())
      Object.assign(sent, {
        [`budget-${at}-amount`]: amount,
        [`budget-${at}-unit`]: unit,
        [`budget-${at}-period`]: period,
        [`budget-${at}-hard`]: hard ? 'yes' : 'no',
      });
    expect(typedFields(sent)).toEqual(fields);
    expect(settingsIn(typedFields(sent), key)).toEqual({
      owner: 'ann',
      models: ['claude-opus-*', 'claude-sonnet-*'],
      accounts: ['work'],
      requestsPerMinute: 60,
      callsAtOnce: null,
      role: null,
      budgets: [
        { period: 'monthly', hard: true, limitUsd: 20 },
        { period: 'daily', hard: false, limitTokens: 500_000 },
      ],
    });
  });

  test('reads a day as its end, and takes the expiry away where it is emptied', () => {
    const { expiresAt } = settingsIn({ ...emptyKey, expires: '2027-02-01' });
    expect(new Date(expiresAt ?? 0)).toEqual(new Date(2027, 1, 1, 23, 59, 59));
    expect(settingsIn({ ...fieldsOfKey(key), expires: '' }, key).expiresAt).toBeNull();
  });

  test('leaves what is no number to the check that says so', () => {
    const typed = typedFields({
      requestsPerMinute: 'many',
      'budget-0-amount': '1,000',
      'budget-1-amount': 'x',
    });
    const { requestsPerMinute, budgets } = settingsIn(typed);
    expect(requestsPerMinute).toBeNaN();
    expect(budgets).toMatchObject([{ limitUsd: 1000 }, { limitUsd: Number.NaN }]);
  });
});

describe('the page of a key', () => {
  const rooms = new Rooms();
  afterEach(() => rooms.close());

  test('undoes nothing that somebody else has changed since its form was opened, and shows it', async () => {
    const proxy = await rooms.add(aProxy({ keys: [{ name: 'laptop', owner: 'ann' }] }));
    const visitor = new Visitor(proxy.url);
    const id = /key_\w+/.exec(await (await visitor.get('/keys/content')).text())?.[0] ?? '';
    const change = `/keys/${id}/change`;
    const shownIn = (html: string): string => /name="shown" value="(\w+)"/.exec(html)?.[1] ?? '';
    const shown = shownIn(await (await visitor.get(change)).text());
    expect((await visitor.send('/keys', change, { shown, owner: 'ann', models: 'claude-*' })).status).toBe(
      200,
    );
    const refused = await visitor.send('/keys', change, { shown, owner: 'bob', models: '' });
    const html = await refused.text();
    expect(refused.status).toBe(422);
    for (const words of ['has changed “laptop” meanwhile', 'value="ann"', 'value="claude-*"'])
      expect(html).toContain(words);
    const again = { shown: shownIn(html), owner: 'bob', models: 'claude-*' };
    expect((await visitor.send('/keys', change, again)).status).toBe(200);
    expect(await (await visitor.get(change)).text()).toContain('value="bob"');
  });
});

describe('what a key may spend', () => {
  test('is found by its name in any case, or its id, and only for keys', () => {
    const all = [
      budget,
      { ...budget, of: ['key_1'] },
      { ...budget, of: ['other'] },
      { ...budget, scope: 'account' as const },
    ];
    expect(budgetsOf(key, all)).toEqual(all.slice(0, 2));
  });

  test('is told with what is used of it', () => {
    expect(budgetWords(budget)).toBe('$4.20 of $20.00 a month');
    expect(budgetWords({ ...budget, unit: 'tokens', used: 1_234, limit: 500_000, period: 'daily' })).toBe(
      '1,234 of 500,000 tokens a day',
    );
    expect([budget, { ...budget, percent: 80 }, { ...budget, isUsedUp: true }].map(budgetTone)).toEqual([
      'good',
      'warn',
      'bad',
    ]);
    expect(budgetTone({ ...budget, isUsedUp: true, hard: false })).toBe('warn');
  });
});
