import { afterEach, describe, expect, test } from 'bun:test';
import type { WindowView } from '../../src/admin/contract-accounts.ts';
import type { LineView } from '../../src/admin/contract-line.ts';
import { lineWords } from '../../src/cli/status-line.ts';
import { clockTime } from '../../src/cli/words.ts';
import { HandClock } from '../help/a-clock.ts';
import { benches, program, until } from '../help/a-command.ts';
import { Rooms } from '../help/a-proxy.ts';
import { aScreen } from '../help/a-screen.ts';
import { anUpstream, message } from '../help/an-upstream.ts';

const clock = new HandClock();
const now = clock.now();
const at = (minutes: number): string => new Date(now + minutes * 60_000).toISOString();

const window = (over: Partial<WindowView> = {}): WindowView => ({
  name: '5h',
  kind: 'plan',
  used: 0.62,
  limit: null,
  remaining: null,
  status: 'allowed',
  resetsAt: at(120),
  readAt: at(-1),
  forecast: 'lasts',
  runsOutAt: null,
  ...over,
});

const ann = { name: 'ann', isOfSession: true, standing: { is: 'ready' }, windows: [window()] } as const;
const view = (over: Partial<LineView> = {}): LineView => ({
  account: ann,
  sessionUsd: 1.234,
  todayUsd: 8.9,
  budget: null,
  ...over,
});

const words = (of: Parameters<typeof lineWords>[0]): string =>
  lineWords(of, { terminal: aScreen().terminal, clock });
const renewed = `renewed ${clockTime(now + 120 * 60_000)}`;

describe('the line', () => {
  test('tells the account, its tightest window, the session and the day', () => {
    expect(words(view())).toBe(`ann · 5h 62 %, ${renewed} · $1.23 here · $8.90 today`);
  });

  test('says when a window runs out, and that it has', () => {
    const runsOut = { ...ann, windows: [window({ forecast: 'runs-out', runsOutAt: at(50) })] };
    const out = clockTime(now + 50 * 60_000);
    expect(words(view({ account: runsOut }))).toStartWith(`ann · 5h 62 %, out ${out}, ${renewed} · `);
    const usedUp = { ...ann, windows: [window({ used: 1, forecast: 'used-up' })] };
    expect(words(view({ account: usedUp }))).toStartWith(`ann · 5h 100 %, used up, ${renewed} · `);
  });

  test('tells the age of a reading that is old, and the day of what is far away', () => {
    const old = {
      ...ann,
      windows: [window({ name: '7d', readAt: at(-12), resetsAt: '2026-11-27T10:00:00Z' })],
    };
    expect(words(view({ account: old }))).toMatch(
      /^ann · 7d 62 %, renewed 27 Nov \d\d:00, read 12 min ago · /,
    );
  });

  test('says who is next where the session is nowhere yet, and why an account does not serve', () => {
    expect(words(view({ account: { ...ann, isOfSession: false } }))).toStartWith('next ann · ');
    const rests = {
      is: 'resting',
      since: at(-1),
      until: at(120),
      reason: '429',
      evidence: null,
      isGuess: false,
      isCut: false,
      askedEarlyAt: null,
      endsBy: 'time',
    } as const;
    expect(words(view({ account: { ...ann, standing: rests, windows: [] } }))).toStartWith(
      `ann rests until ${clockTime(now + 120 * 60_000)} · `,
    );
    const out = {
      is: 'signed-out',
      since: at(-1),
      reason: '401',
      evidence: null,
      endsBy: 'credential',
    } as const;
    expect(words(view({ account: { ...ann, standing: out, windows: [] } }))).toStartWith(
      'ann is signed out · ',
    );
    expect(words(view({ account: null, sessionUsd: null }))).toBe('no account · $8.90 today');
  });

  test('tells a budget once half of it is used', () => {
    const budget = {
      name: 'house',
      scope: 'total',
      of: [],
      period: 'daily',
      unit: 'usd',
      limit: 1,
      used: 1,
      percent: 49,
      hard: true,
      isUsedUp: false,
      resetsAt: at(1),
      held: 0,
      inFlight: 0,
    } as const;
    expect(words(view({ budget }))).toEndWith('today');
    expect(words(view({ budget: { ...budget, percent: 80 } }))).toEndWith('today · house 80 %');
  });

  test('leaves out what nobody knows, and says so in words where nothing is known at all', () => {
    expect(words(view({ account: { ...ann, windows: [] }, sessionUsd: null, todayUsd: null }))).toBe('ann');
    expect(words(undefined)).toBe('claude-code-proxy is not running');
    expect(words({ trouble: 'does not\nanswer' })).toBe('claude-code-proxy: does not answer');
  });

  test('is one line whatever others named their things', () => {
    const named = { ...ann, name: 'a\n\u001B[2Jb', windows: [window({ name: '5h\r\n' })] };
    expect(words(view({ account: named }))).not.toMatch(/\p{Cc}/u);
  });
});

describe('the command', () => {
  const open = benches();
  const rooms = new Rooms();
  afterEach(() => rooms.close());

  test('says that no proxy runs, and that is no failure', async () => {
    for (const input of [
      undefined,
      '',
      '{',
      '[]',
      '{"session_id":7}',
      '{"session_id":"s"}',
      '\u0000'.repeat(9),
    ]) {
      const found = await open().run(['status', '--line'], input === undefined ? {} : { input });
      expect(found).toEqual({ code: 0, out: 'claude-code-proxy is not running\n', err: '' });
    }
  });

  test('does not fail where the file of the running proxy is spoilt', async () => {
    const bench = open();
    await bench.run(['requests']);
    await Bun.write(`${bench.home}/run.json`, '{"pid":');
    expect(await bench.run(['status', '--line'])).toMatchObject({ code: 0, err: '' });
  });

  test('tells the account and the cost of the session that it is told of, and waits for no input', async () => {
    const bench = open();
    const up = await rooms.add(anUpstream(() => message()));
    const add = ['auth', 'add', 'ann', '--kind', 'api-key', '--base-url', up.url, '--secret-stdin'];
    await bench.run(add, { input: 'sk-ant-api03-planted' });
    const { url } = await bench.start(['serve', '--port', '0']);
    await fetch(`${url}/v1/messages`, {
      method: 'POST',
      headers: { 'x-claude-code-session-id': 's1', 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'claude-opus-4-6', max_tokens: 9, messages: [] }),
    }).then((answer) => answer.text());
    const input = JSON.stringify({ session_id: 's1', model: { id: 'x' }, cost: { total_cost_usd: 1 } });
    // The ledger is written within the second.
    await until(async () => (await bench.run(['status', '--line'], { input })).out.includes('here'));
    const ofSession = await bench.run(['status', '--line'], { input });
    expect(ofSession).toMatchObject({ code: 0, err: '' });
    expect(ofSession.out).toMatch(/^ann · .*\$[\d.]+ here · \$[\d.]+ today\n$/);
    const silent = Bun.spawn([...program, 'status', '--line'], {
      env: bench.env,
      stdin: 'pipe',
      stdout: 'pipe',
    });
    // Nobody writes, and nobody closes it.
    expect(await new Response(silent.stdout).text()).toMatch(/^next ann · /);
    expect(await silent.exited).toBe(0);
    const json = await bench.run(['status', '--line', '--json'], { input });
    expect(JSON.parse(json.out)).toMatchObject({ running: true, account: { isOfSession: true } });
  });
});
