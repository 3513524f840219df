import { describe, expect, test } from 'bun:test';
import { allowedCpus, choosePinning } from '../../bench/instrument/machine.ts';
import { barOf, barTable } from '../../bench/report/bar.ts';
import { firstBars } from '../../bench/report/bars.ts';
import { goals, smallestLead } from '../../bench/report/goals.ts';
import { judge } from '../../bench/report/judge.ts';
import { named, type Results } from '../../bench/report/results.ts';
import { table } from '../../bench/report/table.ts';
import { waitBars } from '../../bench/report/waits.ts';
import { workloads } from '../../bench/workloads/all.ts';
import type { Figures, Measurement } from '../../bench/workloads/workload.ts';

/** Figures by workload and target; a list has one entry a round. */
type Seen = Readonly<Record<string, Readonly<Record<string, Figures | readonly Figures[]>>>>;

function resultsOf(seen: Seen, troubles: Readonly<Record<string, string>> = {}): Results {
  const results = new Map();
  for (const [name, byTarget] of Object.entries(seen)) {
    const measured = Object.entries(byTarget).map(([target, figures]): [string, Measurement[]] => {
      const wrong = troubles[`${name} ${target}`];
      const rounds = [figures].flat();
      return [
        target,
        rounds.map((each) => ({ figures: each, troubles: wrong === undefined ? [] : [wrong], raw: [] })),
      ];
    });
    results.set(
      workloads.find((workload) => workload.name === name),
      new Map(measured),
    );
  }
  return results;
}

const rates = (proxy: number, nginx: number, more: Record<string, number> = {}): Record<string, Figures> =>
  Object.fromEntries(
    Object.entries({ proxy, nginx, ...more }).map(([target, perSecond]) => [target, { perSecond }]),
  );

const nobody = { peers: [], hasFreeCpu: false };

function goal(results: Results, text: string, surroundings: Parameters<typeof goals>[1] = nobody) {
  return goals(results, surroundings).filter((bar) => bar.text === text);
}

describe('figures of several rounds', () => {
  test('a figure is the median of its rounds, and events lost are those of the worst', () => {
    const rounds = [
      { lost: 0, delayP99: 3 },
      { lost: 2, delayP99: 1 },
      { lost: 0, delayP99: 2 },
    ];
    const results = resultsOf({ 'paced-2000': { proxy: rounds } });
    expect(named(results, 'paced-2000', 'proxy', 'delayP99')).toBe(2);
    expect(named(results, 'paced-2000', 'proxy', 'lost')).toBe(2);
  });

  test('what a target adds is what it takes above direct, and direct adds nothing', () => {
    const results = resultsOf({ 'rate-200': { direct: { p50: 0.25 }, proxy: { p50: 0.75 } } });
    expect(named(results, 'rate-200', 'proxy', 'addedP50')).toBe(0.5);
    expect(named(results, 'rate-200', 'direct', 'addedP50')).toBeUndefined();
  });

  test('a table has a column a target, the ratio to nginx, and what went wrong under it', () => {
    const results = resultsOf({ 'json-32': rates(500, 1000) }, { 'json-32 proxy': '3 answers cut off' });
    const [workload] = results.keys();
    const shown = table(results, workload!, ['nginx', 'proxy']);
    expect(shown).toMatch(/requests a second +1,000 +500 +0\.50\n/);
    expect(shown).toEndWith('  ! proxy: 3 answers cut off');
  });
});

describe('bars', () => {
  test('what was not measured is neither met nor missed', () => {
    expect(new Set(firstBars(new Map()).map(({ verdict }) => verdict))).toEqual(new Set(['not measured']));
    expect(new Set(goals(new Map(), nobody).map(({ verdict }) => verdict))).toEqual(
      new Set(['not measured']),
    );
    expect(new Set(waitBars(new Map()).map(({ verdict }) => verdict))).toEqual(new Set(['not measured']));
  });

  test('each thing that people wait for is measured by a workload, and missed where it takes longer', () => {
    const allAt = (value: number): Results =>
      resultsOf(
        Object.fromEntries(
          workloads
            .filter(({ name }) => ['page', 'ledger'].includes(name))
            .map(({ name, rows }) => [
              name,
              { proxy: Object.fromEntries(rows.map(({ figure }) => [figure, value])) },
            ]),
        ),
      );
    const verdicts = (value: number) => new Set(waitBars(allAt(value)).map(({ verdict }) => verdict));
    expect([verdicts(0), verdicts(2_000)]).toEqual([new Set(['met']), new Set(['missed'])]);
  });

  test('a wrong answer misses the bar, whatever the figure', () => {
    const results = resultsOf({ 'sse-fast': rates(2000, 1000) }, { 'sse-fast proxy': '1 answers cut off' });
    const [first] = goal(results, 'SSE fast, streams/s');
    expect(first).toMatchObject({ verdict: 'missed', got: '2.00 (1 answers cut off)' });
  });

  test('a bar that exactly holds is met', () => {
    const wish = { workload: 'idle', text: 'idle', wanted: '≤ 45', decimals: 1 };
    const bar = (got: number) => barOf(new Map(), { ...wish, got, isMet: (value) => value <= 45 }).verdict;
    expect([bar(45), bar(45.1)]).toEqual(['met', 'missed']);
    expect(barTable('Bars', [])).toMatch(/^Bars\n/);
  });

  test('the goals are ratios to whom they name', () => {
    const results = resultsOf({ 'sse-fast': rates(900, 1000, { haproxy: 1200 }) });
    expect(
      goal(results, 'SSE fast, streams/s').map(({ wanted, verdict, got }) => [wanted, verdict, got]),
    ).toEqual([
      ['≥ 1 × nginx', 'missed', '0.90'],
      ['≥ 0.7 × haproxy', 'met', '0.75'],
    ]);
  });

  test('latency at a steady rate is counted from that of nginx', () => {
    const results = resultsOf({
      'rate-200': { nginx: { p50: 0.5, p99: 1 }, proxy: { p50: 0.64, p99: 2.5 } },
    });
    expect(goal(results, 'p50 at 200/s above nginx, ms')[0]).toMatchObject({ got: '0.140', verdict: 'met' });
    expect(goal(results, 'p99 at 200/s above nginx, ms')[0]).toMatchObject({
      got: '1.500',
      verdict: 'missed',
    });
  });

  test('two processes have to be faster where a cpu is free, and no slower where none is', () => {
    const results = resultsOf({ 'json-32': rates(1000, 2000, { two: 1200 }) });
    const text = 'two processes ÷ one, small JSON';
    expect(goal(results, text)[0]).toMatchObject({ verdict: 'met', got: '1.20' });
    expect(goal(results, text, { peers: [], hasFreeCpu: true })[0]).toMatchObject({ verdict: 'missed' });
  });
});

describe('the lead over other programs', () => {
  const results = resultsOf({
    'json-32': rates(1000, 2000, { one: 100, other: 250 }),
    'sse-fast': rates(900, 1000, { one: 300, other: 0 }),
    'sse-coalesced': rates(900, 1000, { one: 100 }),
  });

  test('it is that over the fastest, in the workload where it is smallest', () => {
    const found = smallestLead(results, ['one', 'other'], () => true);
    expect(found).toEqual({ lead: 3, workload: 'sse-fast', peer: 'one' });
  });

  test('who answered nothing rightly is no opponent, and without any there is no lead', () => {
    expect(smallestLead(results, ['other'], (name) => name === 'sse-fast')).toBeUndefined();
    expect(smallestLead(results, [], () => true)).toBeUndefined();
  });

  test('small JSON and 1 MB bodies want more than other workloads', () => {
    const surroundings = { peers: ['one', 'other'], hasFreeCpu: false };
    const [large] = goal(results, 'small JSON and 1 MB bodies', surroundings);
    expect(large).toMatchObject({ verdict: 'missed', got: '4.0 (json-32, other)' });
    const [any] = goal(results, 'any other rate', surroundings);
    expect(any).toMatchObject({ verdict: 'met', got: '3.0 (sse-fast, one)' });
  });
});

describe('whether a run may be believed', () => {
  const closedLoop = (direct: number, nginx: Figures, proxy: Figures): Results =>
    resultsOf({ 'json-32': { direct: { perSecond: direct }, nginx, proxy } });
  const names = ['direct', 'nginx', 'proxy'];

  test('a rate counts where direct is half as fast again, or the cpu was busy', () => {
    const roomy = closedLoop(1500, { perSecond: 1000, full: 50 }, { perSecond: 900, full: 50 });
    expect(judge(roomy, names)).toEqual({ invalid: [], notes: [] });
    const busy = closedLoop(1100, { perSecond: 1000, full: 90 }, { perSecond: 1000, full: 85 });
    expect(judge(busy, names)).toEqual({ invalid: [], notes: [] });
  });

  test('an instrument that was the limit of nginx makes the run invalid, one of the proxy is noted', () => {
    const { invalid, notes } = judge(
      closedLoop(1400, { perSecond: 1000, full: 50 }, { perSecond: 1000, full: 50 }),
      names,
    );
    expect(invalid).toEqual([
      'json-32: direct is only 1.40 x nginx, whose cpu was busy 50 % of the time: the instrument was the limit',
    ]);
    expect(notes).toHaveLength(1);
  });

  test('where nothing can be measured without a proxy, its cpu alone tells', () => {
    const tls = (full: number): Results =>
      resultsOf({ 'tls-json-32': { nginx: { perSecond: 1000, full }, proxy: { perSecond: 900, full: 95 } } });
    expect(judge(tls(90), names).invalid).toEqual([]);
    expect(judge(tls(60), names).invalid).toEqual([
      'tls-json-32: nginx whose cpu was busy 60 % of the time: the instrument was the limit',
    ]);
  });

  test('wrong answers of direct or nginx make it invalid, and other programs at work are noted', () => {
    const results = resultsOf(
      { idle: { nginx: { idleMb: 18, others: 40 }, proxy: { idleMb: 44, others: 1 } } },
      { 'idle nginx': 'it fell over' },
    );
    const { invalid, notes } = judge(results, names);
    expect(invalid).toEqual(['idle, nginx: it fell over']);
    expect(notes[0]).toStartWith('other programs used more than 15 % of a cpu in 1 of 2 measurements');
  });
});

describe('who gets which cpu', () => {
  test('the target has one for itself; the rest shares what is left', () => {
    const two = choosePinning([0, 1], true);
    expect(two).toEqual({ target: '1', upstream: '0', load: '0', two: '0,1', hasFreeCpu: false });
    expect(choosePinning([0], true)).toBeUndefined();
    expect(choosePinning([0, 1], false)).toBeUndefined();
  });

  test('the cpus of a process are ranges and single ones', () => {
    expect(allowedCpus('Name:\tx\nCpus_allowed_list:\t0-2,5\n')).toEqual([0, 1, 2, 5]);
  });
});
